"""Of the suite for stores of repeats: who is the first, what is kept of it, who may end it, and when it is forgotten."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from yumen.idempotency.values import Ending, Reason, Row, State

if TYPE_CHECKING:
    from yumen.idempotency.store import RepeatStore

NOW_US = 1_795_651_200_000_000
LEASE_US = 30_000_000
DAY_US = 86_400_000_000


def row(number: int = 1, request: str = "req_1", *, at_us: int = NOW_US) -> Row:
    """A first request that is under way."""
    return Row(f"row_{number}", "wrkspc_1", request, b"\x00hash\xff", State.RUNNING, at_us + LEASE_US, at_us, at_us + DAY_US)


class RepeatSuite:
    """Everything that a store of repeated requests promises."""

    async def test_the_first_claims(self, store: RepeatStore) -> None:
        """A key belongs to the first that claims it; the next gets the row as it was written."""
        assert await store.claim(row()) is None
        assert await store.claim(row(request="req_2")) == row()
        assert await store.claim(row(2, "req_2")) is None

    async def test_of_many_at_once_one_claims(self, store: RepeatStore) -> None:
        """Of twenty that claim one key at the same time exactly one gets it, and all others are told of that one."""
        answers = await asyncio.gather(*(store.claim(row(request=f"req_{number}")) for number in range(20)))
        first = answers.index(None)
        assert [answer for answer in answers if answer is not None] == [row(request=f"req_{first}")] * 19

    async def test_an_answer_is_kept(self, store: RepeatStore) -> None:
        """What is sealed comes back byte for byte, as a large one does; the end of one that has ended changes nothing."""
        sealed = bytes(range(256)) * 5000
        await store.claim(row())
        await store.finish("row_1", "req_1", Ending(State.ANSWERED, NOW_US + 2 * DAY_US, sealed=sealed))
        await store.finish("row_1", "req_1", Ending(State.UNANSWERED, NOW_US, Reason.CUT))
        found = await store.claim(row(request="req_2", at_us=NOW_US + DAY_US))
        assert found == msgspec.structs.replace(row(), state=State.ANSWERED, expires_us=NOW_US + 2 * DAY_US, sealed=sealed)

    @pytest.mark.parametrize("reason", Reason)
    async def test_a_reason_is_kept(self, store: RepeatStore, reason: Reason) -> None:
        """Why there is no answer comes back."""
        await store.claim(row())
        await store.finish("row_1", "req_1", Ending(State.UNANSWERED, NOW_US + DAY_US, reason))
        assert await store.claim(row(request="req_2")) == msgspec.structs.replace(row(), state=State.UNANSWERED, reason=reason)

    async def test_a_forgotten_one_is_free(self, store: RepeatStore) -> None:
        """After a request was forgotten, the next with its key is the first."""
        await store.claim(row())
        await store.forget("row_1", "req_1")
        assert await store.claim(row(request="req_2")) is None

    async def test_only_the_holder_ends_it(self, store: RepeatStore) -> None:
        """Another request can neither end, nor forget, nor prolong it; and what has ended can be neither forgotten nor prolonged."""
        await store.claim(row())
        await store.finish("row_1", "req_2", Ending(State.UNANSWERED, NOW_US, Reason.CUT))
        await store.forget("row_1", "req_2")
        await store.renew([("row_1", "req_2")], NOW_US + DAY_US, NOW_US + DAY_US)
        assert await store.claim(row(request="req_3")) == row()
        await store.finish("row_1", "req_1", Ending(State.UNANSWERED, NOW_US + DAY_US, Reason.CUT))
        await store.forget("row_1", "req_1")
        await store.renew([("row_1", "req_1")], NOW_US + 9 * DAY_US, NOW_US + 9 * DAY_US)
        ended = msgspec.structs.replace(row(), state=State.UNANSWERED, reason=Reason.CUT)
        assert await store.claim(row(request="req_3")) == ended

    async def test_leases_are_prolonged(self, store: RepeatStore) -> None:
        """Very many leases are prolonged in one call, and no other's."""
        for number in range(3):
            await store.claim(row(number, f"req_{number}"))
        others = [(f"row_{number}", f"req_{number}") for number in range(10, 1500)]
        await store.renew([("row_0", "req_0"), ("row_2", "req_2"), *others], NOW_US + DAY_US, NOW_US + 3 * DAY_US)
        leases = [found.lease_until_us for number in range(3) if (found := await store.claim(row(number, "req_x"))) is not None]
        assert leases == [NOW_US + DAY_US, NOW_US + LEASE_US, NOW_US + DAY_US]

    async def test_an_expired_one_is_free(self, store: RepeatStore) -> None:
        """From its expiry on, and not a microsecond before, a row counts as none; what it kept is gone."""
        await store.claim(row())
        await store.finish("row_1", "req_1", Ending(State.ANSWERED, NOW_US + 5, sealed=b"kept"))
        assert await store.claim(row(request="req_2", at_us=NOW_US + 4)) is not None
        assert await store.claim(row(request="req_2", at_us=NOW_US + 5)) is None
        assert await store.claim(row(request="req_3", at_us=NOW_US + 6)) == row(request="req_2", at_us=NOW_US + 5)

    async def test_expired_ones_are_deleted_step_by_step(self, store: RepeatStore) -> None:
        """A step deletes what is expired, and never more than it may."""
        for number in range(5):
            await store.claim(row(number, f"req_{number}", at_us=NOW_US + number))
        assert [await store.purge(NOW_US + DAY_US + 2, 2) for _ in range(3)] == [2, 1, 0]
        assert await store.claim(row(3, "req_x")) is not None
        assert await store.claim(row(0, "req_x")) is None
