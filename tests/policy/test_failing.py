"""Whatever fails while a request is held to its policies, nothing of it is sent, nothing of it is told, and nothing is left open."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from tests.exchange.callers import ask, request
from tests.exchange.house import MINE
from tests.policy.planted import MAIL, PLANTED
from tests.policy.stage_house import KEY, Held, held
from tests.policy.test_stage import BODIES
from yumen.claude.endpoints import ENDPOINTS
from yumen.errors import ContentKeyUnavailable, Fault, LedgerUnavailable, PolicyUnavailable
from yumen.policy.stage import Parts
from yumen.policy.values import Hit
from yumen.storage import Spool

SMALL = ("messages", "batches.create", "files.upload")


class Broken:
    """A matcher that fails on what it is shown, and says it."""

    reach = context = 10

    def hits(self, text: str) -> Sequence[Hit]:
        """Fail."""
        raise RuntimeError(text)

    def settled(self, text: str) -> int:
        """Fail."""
        raise RuntimeError(text)


def failing(error: Exception) -> Any:  # noqa: ANN401  (stands for any part)
    """A part that fails."""

    async def part(*_: object) -> Any:  # noqa: ANN401  (the same)
        raise error

    return part


def failing_now(error: Exception) -> Any:  # noqa: ANN401  (the same)
    """A part that fails, without an await."""

    def part(*_: object) -> Any:  # noqa: ANN401  (the same)
        raise error

    return part


SECRET_ERROR = RuntimeError(f"about {MAIL}")
FAULTS: dict[str, tuple[dict[str, Any], type[Fault]]] = {
    "no policy can be read": ({"under": failing(PolicyUnavailable())}, PolicyUnavailable),
    "the book breaks": ({"under": failing(SECRET_ERROR)}, PolicyUnavailable),
    "no key": ({"sealer_of": failing(ContentKeyUnavailable())}, ContentKeyUnavailable),
    "the keyring breaks": ({"sealer_of": failing(SECRET_ERROR)}, PolicyUnavailable),
    "nobody takes findings": ({"begin": failing_now(SECRET_ERROR)}, PolicyUnavailable),
    "no screening": ({"screens": failing_now(SECRET_ERROR)}, PolicyUnavailable),
}


async def refused(at: Held, name: str, fault: type[Fault], caplog: pytest.LogCaptureFixture) -> None:
    """Send a body, and look at what became of it."""
    row = next(each for each in ENDPOINTS if each.name == name)
    kind, body = BODIES[name]
    answer = await ask(at.port, request(b"POST", row.path.encode(), KEY, (b"content-type", kind), body=body))
    answer.claims(fault.status, fault.error_type)
    assert at.up.calls == []
    assert MAIL not in answer.body.decode() + caplog.text
    assert at.home.on_disk() == []
    await at.home.nothing_is_open()


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("what", FAULTS)
async def test_a_part_that_fails_refuses(what: str, name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By its own fault, or as a policy that cannot be read; the log says what failed, and not on what."""
    changes, fault = FAULTS[what]
    caplog.set_level(logging.DEBUG)
    async with held(tmp_path) as at:
        at.check._parts = at.check._parts._replace(**changes)
        assert isinstance(at.check._parts, Parts)
        await refused(at, name, fault, caplog)


@pytest.mark.parametrize("name", SMALL)
async def test_a_matcher_that_fails_refuses(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In a worker thread as here."""
    caplog.set_level(logging.DEBUG)
    async with held(tmp_path, msgspec.structs.replace(PLANTED, request=Broken())) as at:
        await refused(at, name, PolicyUnavailable, caplog)
        assert "RuntimeError" in caplog.text


async def test_a_matcher_that_fails_lets_no_store_have_a_part(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What a session would keep is refused alike, and the log says what failed, and not on what."""
    caplog.set_level(logging.DEBUG)
    asking: Any = SimpleNamespace(request_id="req_1", principal=MINE)
    async with held(tmp_path, msgspec.structs.replace(PLANTED, request=Broken())) as at:
        with pytest.raises(PolicyUnavailable) as refusal:
            await at.check.screen(asking, b'{"role":"user","content":"%b"}' % MAIL.encode())
    assert MAIL not in str(refusal.value) + caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
async def test_a_full_disk_refuses(writes: int, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whichever write it is full: what was written is given back."""
    left, write = [writes], Spool.write

    def filling(spool: Spool, data: bytes) -> None:
        if not left[0]:
            raise LedgerUnavailable
        left[0] -= 1
        write(spool, data)

    monkeypatch.setattr(Spool, "write", filling)
    async with held(tmp_path) as at:
        await refused(at, "files.upload", LedgerUnavailable, caplog)


async def test_kept_values_that_cannot_be_read_refuse_under_a_policy(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file may have placeholders whose values are not known: an answer about it could not be restored."""
    named = b'{"model":"claude","messages":[{"content":[{"source":{"type":"file","file_id":"%b"}}]}]}' % b"file_012345678"
    async with held(tmp_path) as at:
        at.kept.away = True
        body = named.replace(b"file_id", b"x")  # nobody's, so that its owner is not asked for
        answer = await ask(at.port, request(b"POST", b"/v1/messages", KEY, body=body))
        answer.claims(503, "api_error")
        assert at.up.calls == []
        assert MAIL not in caplog.text


async def test_a_batch_whose_values_cannot_be_kept_is_told_of_all_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is made and charged: to lose it would be worse than placeholders in its results, which the log announces."""
    async with held(tmp_path) as at:
        kind, body = BODIES["batches.create"]
        await ask(at.port, request(b"POST", b"/v1/messages/batches", KEY, (b"content-type", kind), body=body))
        at.kept.away = True
        await at.check.made(await at.home.last(), "msgbatch_1")
        assert "will not be put back" in caplog.text
        assert MAIL not in caplog.text
