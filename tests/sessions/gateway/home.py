"""A house that stores conversations, and what a caller says in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.claude.streams import STOP, answer_body, block, message_delta, start
from tests.exchange.callers import Answer, ask, request
from tests.exchange.house import PLAIN, House, Setting, house
from tests.exchange.scripted import Call, Script, Upstream, plain, streams, until
from yumen.clock import Clock
from yumen.exchange import Exchange
from yumen.sessions import Session, Turn
from yumen.sessions.remember import Remember, Stores
from yumen.sessions.sealed import SealedPlaces
from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.stage import Recall, RecallOptions, Screen
from yumen.sessions.store_sql import SqlSessionStore
from yumen.sessions.withdraw_sql import SqlWithdrawals
from yumen.storage import Database, DatabaseUnavailable
from yumen.storage.compartments import One
from yumen.storage.envelope import SealerOf

KEY = (b"x-api-key", b"yk-test")
MODEL = b'{"model":"claude-opus-4-6","max_tokens":100,'
LEASE_US = 15_000_000
UNCACHED = RecallOptions(cache=False)
ANSWER = b'{"role":"assistant","content":[{"type":"text","text":"Hi"}]}'
"""What is sent back of the answers here."""
OTHERS = (b"x-api-key", b"yk-theirs")
"""The key of another workspace."""


def user(text: str) -> bytes:
    """A message of the user's, as somebody may write it."""
    return b'{ "role":"user" , "content":' + json.dumps(text).encode() + b"}"


def says(messages: bytes, more: bytes = b"") -> bytes:
    """A body with those messages."""
    return MODEL + more + b'"messages": [' + messages + b"]}"


def turn(
    messages: bytes,
    *headers: tuple[bytes, bytes],
    name: bytes = b"one",
    more: bytes = b"",
    key: tuple[bytes, bytes] = KEY,
    path: bytes = b"",
) -> bytes:
    """A request that is a turn of a session."""
    return request(b"POST", b"/v1/messages" + path, key, (b"X-Yumen-Session", name), *headers, body=says(messages, more))


STREAM = b'"stream":true,'


class Away:
    """A store before another, which can be away."""

    def __init__(self, store: Any) -> None:  # noqa: ANN401  (any of the stores)
        self._store = store
        self.away: set[str] = set()
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (its methods)
        async def call(*arguments: Any) -> Any:  # noqa: ANN401  (the same)
            self.calls.append(name)
            if name in self.away:
                raise DatabaseUnavailable
            return await getattr(self._store, name)(*arguments)

        return call


@dataclass
class Home:
    """What a test may look at."""

    house: House
    remember: Remember
    shelf: SqlSessionShelf
    store: Away
    owner: str = "wrkspc_mine"
    pauses: list[float] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.house.port

    async def say(self, text: str, *headers: tuple[bytes, bytes], **how: Any) -> Answer:  # noqa: ANN401  (as `turn` takes it)
        """Say something in a session and return the answer."""
        return await ask(self.port, turn(user(text), *headers, **how))

    async def stored(self, name: str = "one") -> tuple[Session, tuple[Turn, ...]]:
        """Return a session, once nothing is under way."""
        await self.quiet()
        found = await self.shelf.read(self.owner, name)
        assert found is not None
        return found

    async def states(self, name: str = "one") -> list[str]:
        """Return how its turns stand."""
        return [each.state.value for each in (await self.stored(name))[1]]

    async def quiet(self) -> None:
        """Wait until no turn is under way, and nothing is held."""
        await until(lambda: not self.remember.open and not len(self.remember.lines), "the turns to be stored")
        await self.house.nothing_is_open()


class Guarded(NamedTuple):
    """What stands before the store."""

    screen: Screen | None = None
    sealer_of: SealerOf | None = None


UNGUARDED = Guarded()


@asynccontextmanager
async def home(  # noqa: PLR0913  (what a test may set)
    upstream: Upstream | int,
    folder: Path,
    database: Database,
    options: RecallOptions = UNCACHED,
    setting: Setting = PLAIN,
    *,
    guarded: Guarded = UNGUARDED,
    **changes: Callable[[Any], Any],
) -> AsyncIterator[Home]:
    """Serve before an upstream, with conversations in that database."""
    clock = Clock()
    store, shelf = Away(SqlSessionStore(database)), SqlSessionShelf(database)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.005)

    plain = One(Stores(store, shelf, shelf, Away(SqlWithdrawals(database))))
    places = plain if guarded.sealer_of is None else SealedPlaces(plain, guarded.sealer_of)
    remember = Remember(places, clock, LEASE_US, pause)

    async def own(_: Exchange) -> None:
        pass

    recall = Recall(remember, clock, options, own, screen=guarded.screen, pause=pause)
    made = {"recall": lambda _: recall, "closing": lambda before: (*before, remember)} | changes
    spool = folder / "spool"
    spool.mkdir()
    async with house(upstream, spool, setting, **made) as built:
        one = Home(built, remember, shelf, store, pauses=pauses)
        yield one
        await one.quiet()
    await remember.finish(5)


def speaking(*answers: bytes) -> Script:
    """A script that gives these answers one after the other, each plain or streamed as it is asked; the last one for ever."""
    left = list(answers) or [b"Hi"]

    async def script(call: Call) -> None:
        text = (left.pop(0) if len(left) > 1 else left[0]).decode()
        used: dict[str, Any] = {"input_tokens": int(len(call.body) * 0.39), "cache_read_input_tokens": 0}
        if b'"stream":true' in call.body:
            await streams(start(**used), *block([text[:1], text[1:]]), message_delta(), STOP)(call)
        else:
            body = answer_body(content=[{"type": "text", "text": text}], usage=used | {"output_tokens": 15})
            await call.send(plain(body.replace(b'": ', b'":').replace(b', "', b',"')))

    return script
