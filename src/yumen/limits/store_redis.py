"""Limits counted in Redis (or Valkey), for any number of processes: each act is one script, and one round trip."""

from __future__ import annotations

import asyncio
from hashlib import sha1
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from yumen.errors import LimitsUnavailable
from yumen.limits.line import Line, heard
from yumen.limits.values import Demand, Form, Granted, Missing, Refused, Standing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from yumen.limits.line import Asks, Word
    from yumen.limits.values import Ask, Loaded, Progress, Settlement, Verdict

LUA = files("yumen.limits") / "lua"

CONNECTIONS = 64
"""To each server of a cluster at most so many at a time; the client refuses more than 100."""

LOOKED_AT = "yumen:looked-at"
"""The one key that is no organization's: written to see whether the server can be."""

pack = msgspec.msgpack.Encoder().encode
numbers = msgspec.msgpack.Decoder(list[int]).decode


class RedisServer(msgspec.Struct, frozen=True):
    """Where Redis is, and how long it may take."""

    url: str
    timeout_ms: int = 500
    cluster: bool = False
    password: str | None = None

    def __repr__(self) -> str:
        return f"RedisServer(timeout_ms={self.timeout_ms}, cluster={self.cluster})"


class Script:
    """A script with its name on the server, after the counters that all of them use."""

    __slots__ = ("sha", "text")

    def __init__(self, name: str) -> None:
        """Read it."""
        self.text = (LUA / "counters.lua").read_text() + (LUA / f"{name}.lua").read_text()
        self.sha = sha1(self.text.encode()).hexdigest()  # noqa: S324  (Redis names scripts so)


def connect(server: RedisServer) -> Asks:
    """Return where commands go; nothing is sent before the first."""
    seconds = server.timeout_ms / 1000
    options: dict[str, Any] = {"protocol": 2, "retry": Retry(NoBackoff(), 0)}
    if server.password is not None:
        options["password"] = server.password
    if server.cluster:
        return Cluster(
            aioredis.RedisCluster.from_url(server.url, socket_timeout=seconds, socket_connect_timeout=seconds, **options), seconds
        )
    pool = aioredis.ConnectionPool.from_url(server.url, socket_timeout=None, socket_connect_timeout=None, **options)
    return Line(pool.make_connection, seconds)  # it keeps the time itself


class Cluster:
    """A Redis Cluster: the client knows which server has which organization."""

    def __init__(self, client: aioredis.RedisCluster, timeout_s: float) -> None:
        """Take a client that is used for nothing else."""
        self._client = client
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(CONNECTIONS)

    async def ask(self, *command: Word) -> Any:  # noqa: ANN401  (each command's own answer)
        """Send a command to the server that has its keys."""
        async with asyncio.timeout(self._timeout_s), self._turns:
            return await self._client.execute_command(*command)

    async def stop(self) -> None:
        """Close all connections."""
        await self._client.aclose()


class RedisLimitStore:
    """A `LimitStore` in Redis. Its clock is the server's; `tests_time` is for tests alone, which must stop and move it."""

    def __init__(self, line: Asks, *, tests_time: Callable[[], int] | None = None) -> None:
        """Take where commands go."""
        self._line = line
        self._tests_time = tests_time
        self._open, self._close, self._renew, self._load, self._read = map(Script, ("open", "close", "renew", "load", "read"))
        self._closing: set[asyncio.Task[None]] = set()

    async def open(self, ask: Ask) -> Verdict:
        """Take all demands together, or none."""
        keys = keys_of(ask.organization_id, ask.demands)
        return verdict(numbers(await self._run(self._open, keys, ask.hold_id, ask.lease_us, pack(ask.demands))), ask.demands)

    def close(self, settlement: Settlement) -> Awaitable[None]:
        """Replace what a hold reserved by what was used, once. It goes on where nobody waits for it any more."""
        task = asyncio.get_running_loop().create_task(self._settle(settlement))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        waiter = asyncio.shield(task)
        waiter.add_done_callback(heard)
        return waiter

    async def _settle(self, settlement: Settlement) -> None:
        keys = keys_of(settlement.organization_id, settlement.demands)
        if settlement.actual.requests == 0 and not settlement.demands:
            keys += await self._windows_of(settlement)
        times = (settlement.opened_us, settlement.closed_us)
        await self._run(self._close, keys, settlement.hold_id, *times, pack(settlement.actual), pack(settlement.demands))

    async def _windows_of(self, settlement: Settlement) -> list[str]:
        """Ask which windows a hold is in, where only the store remembers: a script may touch declared keys alone."""
        organization_id, hold_id = settlement.organization_id, settlement.hold_id
        key = state_key(organization_id)
        for record in await self._ask("HMGET", key, f"h:{hold_id}", f"t:{hold_id}"):
            if record is not None:
                return windows(organization_id, remembered(record))
        return []

    async def renew(self, progress: Sequence[Progress], lease_us: int) -> None:
        """Renew leases and charge what was used beyond the reservation so far; all organizations at once."""
        batches: dict[str, list[tuple[str, int, int]]] = {}
        for each in progress:
            batches.setdefault(each.organization_id, []).append((each.hold_id, each.output_tokens, each.nanousd))
        await asyncio.gather(
            *(self._run(self._renew, keys_of(organization_id, ()), lease_us, pack(batch)) for organization_id, batch in batches.items())
        )

    async def load(self, organization_id: str, counters: Sequence[Loaded]) -> None:
        """Set counters that the store does not have."""
        keys = keys_of(organization_id, [loaded.demand for loaded in counters])
        await self._run(self._load, keys, pack([(loaded.demand, loaded.used, loaded.events) for loaded in counters]))

    async def read(self, organization_id: str, demands: Sequence[Demand]) -> list[Standing | None]:
        """Return how counters stand without charging them."""
        reply = await self._run(self._read, keys_of(organization_id, demands), pack(demands))
        return [None if remaining < 0 else Standing(remaining, reset) for remaining, reset in pairs(numbers(reply))]

    async def ping(self) -> None:
        """Return if the server takes a write in time: one without memory, or one that became a replica, answers a mere PING too."""
        await self._ask("SET", LOOKED_AT, "1", "EX", 60)

    async def stop(self) -> None:
        """Wait for the settlements that are on their way, each within its time-out, and close the connection."""
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self._line.stop()

    async def _run(self, script: Script, keys: list[str], *arguments: Word) -> Any:  # noqa: ANN401  (each script's own answer)
        """Run a script by its name, and with its text where the server does not know it (yet, or since it was restarted)."""
        time = "" if self._tests_time is None else self._tests_time()
        call = (len(keys), *keys, time, *arguments)
        try:
            return await self._ask("EVALSHA", script.sha, *call)
        except NoScriptError:
            return await self._ask("EVAL", script.text, *call)

    async def _ask(self, *command: Word) -> Any:  # noqa: ANN401  (as above)
        """Ask, and say `LimitsUnavailable` for whatever prevents an answer."""
        try:
            return await self._line.ask(*command)
        except NoScriptError:
            raise
        except (RedisError, RedisClusterException, OSError, EOFError) as error:  # a TimeoutError is an OSError
            raise LimitsUnavailable from error


def state_key(organization_id: str) -> str:
    """Return where an organization's counters are. What stands in braces alone decides on a cluster's slot, for all of its keys."""
    return f"yumen:{{{organization_id}}}:state"


def keys_of(organization_id: str, demands: Iterable[Demand]) -> list[str]:
    """Return all keys that an act on these demands touches."""
    return [state_key(organization_id), f"yumen:{{{organization_id}}}:due", *windows(organization_id, demands)]


def windows(organization_id: str, demands: Iterable[Demand]) -> list[str]:
    """Return the keys of the windows among demands."""
    return [f"yumen:{{{organization_id}}}:window:{demand.counter}" for demand in demands if demand.form is Form.WINDOW]


def pairs(flat: Sequence[int]) -> list[tuple[int, int]]:
    """Return numbers two by two."""
    return list(zip(flat[::2], flat[1::2], strict=True))


def verdict(reply: Sequence[int], demands: Sequence[Demand]) -> Verdict:
    """Read what `open.lua` answers."""
    code = reply[0]
    if code == 2:  # noqa: PLR2004  (open.lua says what the codes are)
        return Missing(tuple(reply[1:]))
    begin = 3 if code == 1 else 2
    end = begin + 2 * len(demands)
    standings = tuple([Standing(remaining, reset) for remaining, reset in pairs(reply[begin:end])])
    if code == 0:
        return Granted(reply[1], standings, tuple(reply[end:]))
    return Refused(reply[1], standings, tuple(reply[end:]), None if reply[2] < 0 else reply[2])


def remembered(record: bytes) -> tuple[Demand, ...]:
    """Read the demands of a hold: two or three values of msgpack, one after the other, which an array's head makes one."""
    try:
        return msgspec.msgpack.decode(b"\x92" + record, type=tuple[int, tuple[Demand, ...]])[1]
    except msgspec.DecodeError:
        return msgspec.msgpack.decode(b"\x93" + record, type=tuple[int, tuple[Demand, ...], list[int]])[1]
