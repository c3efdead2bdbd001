"""What a caller says of attempts, and what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.claude.streams import answer_body
from tests.exchange.callers import ask, request
from tests.exchange.house import Setting, house
from tests.exchange.scripted import answers, plain, upstream
from tests.upstream.troubles import failing, in_turn
from yumen.errors import InvalidRequest
from yumen.exchange.attempting import most_attempts
from yumen.upstream import RetryOptions

OK = answers(plain(answer_body()))
THREE = RetryOptions(attempts=3, first_wait_us=0)


@pytest.mark.parametrize("said", [b"", b"0", b"-1", b"+1", b"1.0", b" 1", b"many", b"10000", b"\xef\xbc\x91", b"1, 2"])
def test_what_is_no_number_of_attempts_is_refused(said: bytes) -> None:
    """A slip must not become a storm: it is a 400 with one sentence."""
    with pytest.raises(InvalidRequest, match="x-yumen-attempts: a whole number from 1 to 9999"):
        most_attempts(said)


def test_a_number_of_attempts() -> None:
    """It is taken as it stands; nothing said is no bound."""
    assert [most_attempts(said) for said in (None, b"1", b"9999")] == [None, 1, 9999]


@pytest.mark.parametrize(("left", "made"), [(b"1", 1), (b"2", 2), (b"3", 3), (b"9", 3)])
async def test_the_callers_number_caps_ours(left: bytes, made: int, tmp_path: Path) -> None:
    """The gateway makes no more attempts than the caller leaves it, nor than its own setting; its answer says how many those were."""
    async with upstream(failing(529)) as up, house(up, tmp_path, Setting(retry=THREE)) as home:
        answer = await ask(home.port, request(b"POST", b"/v1/messages", (b"x-yumen-attempts", left), body=b"{}"))
        assert (answer.status, answer.header(b"x-yumen-attempts"), len(up.calls)) == (529, b"%d" % made, made)
        assert all(call.header(b"x-yumen-attempts") is None for call in up.calls)


async def test_only_who_counts_is_told(tmp_path: Path) -> None:
    """A success says its attempts too, to a caller that asked; others get the answer as ever."""
    async with upstream(in_turn(failing(529), OK, OK)) as up, house(up, tmp_path, Setting(retry=THREE)) as home:
        counted = await ask(home.port, request(b"POST", b"/v1/messages", (b"x-yumen-attempts", b"5"), body=b"{}"))
        assert (counted.status, counted.header(b"x-yumen-attempts")) == (200, b"2")
        assert (await ask(home.port, request(b"POST", b"/v1/messages", body=b"{}"))).header(b"x-yumen-attempts") is None


async def test_a_bad_number_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    """The upstream never sees such a request."""
    async with upstream(OK) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, request(b"POST", b"/v1/messages", (b"x-yumen-attempts", b"none"), body=b"{}"))
        assert answer.status == 400
        assert b"x-yumen-attempts: a whole number from 1 to 9999" in answer.body
        assert not up.calls
