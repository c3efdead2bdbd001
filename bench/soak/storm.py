"""Many callers at once, each of its own kind, until enough was answered or the gateway is gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec

from bench.soak.caller import Answer, Caller

GONE_S = 0.05
"""What a caller waits before it tries a gateway again that it cannot reach."""


class Behaviour(StrEnum):
    """What a caller does, again and again."""

    PLAIN = "plain"
    STREAM = "stream"
    PACED = "paced"
    """A stream whose events come one at a time."""
    SLOW = "slow"
    """Reads a long stream slowly."""
    LEAVES = "leaves"
    """Closes its connection in the middle of a stream."""
    CHURNS = "churns"
    """Takes a new connection for each request."""
    OVERLOADED = "overloaded"
    CUT = "cut"
    RUBBISH = "rubbish"
    GONE = "gone"


PROMPTS = {
    Behaviour.STREAM: "[bench events=30]",
    Behaviour.PACED: "[bench events=10 pace_us=1000]",
    Behaviour.SLOW: "[bench events=1000]",
    Behaviour.LEAVES: "[bench events=50 pace_us=2000]",
    Behaviour.OVERLOADED: "[bench fault=overloaded]",
    Behaviour.CUT: "[bench fault=cut]",
    Behaviour.RUBBISH: "[bench fault=rubbish]",
    Behaviour.GONE: "[bench fault=gone]",
}
STREAMED = frozenset({Behaviour.STREAM, Behaviour.PACED, Behaviour.SLOW, Behaviour.LEAVES, Behaviour.CUT})
GOOD = (Behaviour.PLAIN, Behaviour.STREAM, Behaviour.PACED)
EVERY = tuple(Behaviour)
PIECES_BEFORE_LEAVING = 5


class Seen(msgspec.Struct, frozen=True):
    """What is kept of an answer."""

    request_id: str
    status: int
    whole: bool
    complete: bool


class Storm(msgspec.Struct):
    """What all callers got."""

    answers: list[Seen] = []
    complete: int = 0
    """Good answers that came to their end."""
    unanswered: int = 0
    """Requests of which not even a head came: the ledger may know them or not."""

    def took(self, answer: Answer) -> None:
        """Keep what counts of an answer."""
        if not answer.request_id:
            self.unanswered += 1
            return
        self.complete += answer.complete
        self.answers.append(Seen(answer.request_id, answer.status, answer.whole, answer.complete))


def headers_for(key: str) -> dict[str, str]:
    """Return what a caller sends beside the body."""
    return {"x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json", "user-agent": "storm/1.0"}


def body_for(behaviour: Behaviour) -> str:
    """Return the request of a caller of that kind."""
    prompt = f"Hello there, how are you? {PROMPTS.get(behaviour, '')}"
    asked = {"model": "claude-opus-5-5", "max_tokens": 64, "messages": [{"role": "user", "content": prompt}]}
    return json.dumps(asked | ({"stream": True} if behaviour in STREAMED else {}))


async def storm(port: int, headers: Mapping[str, str], behaviours: tuple[Behaviour, ...], until: Callable[[Storm], bool]) -> Storm:
    """Run a caller for each behaviour side by side until `until` says so, or every caller found the gateway gone."""
    told = Storm()

    async def run(behaviour: Behaviour) -> None:
        async with Caller(port, headers) as caller:
            while not until(told):
                told.took(await once(caller, behaviour))

    outcomes = await asyncio.gather(*[run(behaviour) for behaviour in behaviours], return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, OSError):
            raise outcome
    return told


async def once(caller: Caller, behaviour: Behaviour) -> Answer:
    """Ask once, in the manner of that kind."""
    body = body_for(behaviour)
    if behaviour is Behaviour.LEAVES:
        answer = await caller.begin(body)
        if answer.status:
            await caller.finish(answer, pieces=PIECES_BEFORE_LEAVING)
        await caller.close()
    else:
        answer = await caller.ask(body, slow=behaviour is Behaviour.SLOW)
        if behaviour is Behaviour.CHURNS:
            await caller.close()
    if not answer.status:
        await asyncio.sleep(GONE_S)
    return answer
