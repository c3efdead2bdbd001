"""What follows an attempt of the library's that failed: the pure rule."""

from __future__ import annotations

import httpx2
import pytest

from yumen.claude import ErrorSaid
from yumen.client.retry import Retry
from yumen.client.retrying import Budgets, Course, failure_of_answer, failure_of_error, follow, goes_on, is_never, pause_us
from yumen.errors import OperatorError

BY_THE_TUTORIAL = Retry(attempts=3, wait_min=4, wait_max=10)
FIRST = Course(made=1, gone_us=0, drawn=0.5, budget=True, replayable=True, harmless=False)
SECOND_NS = 10**9


def course(**other: object) -> Course:
    """Return the first attempt's course but for what is said."""
    return Course(**{name: getattr(FIRST, name) for name in Course.__struct_fields__} | other)


def answered(status: int, retry: Retry = BY_THE_TUTORIAL, now: Course = FIRST, **headers: str) -> bool:
    """Tell whether another attempt follows an answer."""
    said = httpx2.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return goes_on(follow(failure_of_answer(status, said, ErrorSaid(), 0), retry, now))


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_tried_again(status: int) -> None:
    """A busy, limited or troubled server is asked again, unless it says that this is no use."""
    assert answered(status)
    assert not answered(status, x_should_retry="false")


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422, 501])
def test_what_comes_again_is_not_tried_again(status: int) -> None:
    """An error that the same request brings again goes to the program at once."""
    assert not answered(status)


@pytest.mark.parametrize(
    "against",
    [course(made=3), course(gone_us=299_500_000), course(budget=False), course(replayable=False)],
    ids=lambda each: repr(each)[7:60],
)
def test_what_speaks_against_it(against: Course) -> None:
    """No attempt follows the last, none begins after the patience, without room in the budget, or with a body that has gone."""
    assert not answered(529, now=against)


def test_never_means_never() -> None:
    """A status or a type of error that the program named is final."""
    retry = Retry(never=(503, "overloaded_error"))
    assert is_never(retry, 503, ErrorSaid())
    assert is_never(retry, 529, ErrorSaid("overloaded_error"))
    assert not is_never(retry, 500, ErrorSaid("api_error"))
    assert not is_never(retry, 500, ErrorSaid())


def test_pauses_keep_to_their_bounds() -> None:
    """`Retry(wait_min=4, wait_max=10)` waits 4 to 8 seconds, then 4 to 10; without jitter 4, 8, 10."""
    assert [pause_us(BY_THE_TUTORIAL, made, 0.0) for made in (1, 2, 3)] == [4_000_000] * 3
    assert [pause_us(BY_THE_TUTORIAL, made, 1.0) for made in (1, 2, 99)] == [8_000_000, 10_000_000, 10_000_000]
    sure = Retry(wait_min=4, wait_max=10, jitter=False)
    assert [pause_us(sure, made, 0.3) for made in (1, 2, 3)] == [4_000_000, 8_000_000, 10_000_000]


def test_the_server_says_how_long() -> None:
    """`retry-after` goes before a shorter pause, beyond `wait_max` too; one beyond the patience ends it."""
    said = httpx2.Headers({"retry-after": "20"})
    decision = follow(failure_of_answer(429, said, ErrorSaid(), 0), BY_THE_TUTORIAL, FIRST)
    assert goes_on(decision)
    assert decision.wait_us == 20_000_000
    exact = httpx2.Headers({"retry-after-ms": "9500", "retry-after": "1"})
    assert follow(failure_of_answer(429, exact, ErrorSaid(), 0), BY_THE_TUTORIAL, FIRST).wait_us == 9_500_000
    assert not answered(429, retry_after="301")


@pytest.mark.parametrize("error", [httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError, httpx2.WriteTimeout])
def test_what_was_not_sent_is_sent_again(error: type[httpx2.TransportError]) -> None:
    """Without a connection, or with a request that could not be written, nobody has worked on it."""
    assert goes_on(follow(failure_of_error(error("")), Retry(), FIRST))


@pytest.mark.parametrize("error", [httpx2.ReadTimeout, httpx2.ReadError, httpx2.RemoteProtocolError])
def test_what_was_lost_is_not(error: type[httpx2.TransportError]) -> None:
    """What was sent and not answered may be charged: it is sent again only where the program says so, or where it costs nothing."""
    lost = failure_of_error(error(""))
    assert not goes_on(follow(lost, Retry(), FIRST))
    assert goes_on(follow(lost, Retry(resend_lost=True), FIRST))
    assert goes_on(follow(lost, Retry(), course(harmless=True)))


def test_our_own_mistakes_are_final() -> None:
    """A request that cannot be sent at all is not tried again."""
    assert not goes_on(follow(failure_of_error(httpx2.UnsupportedProtocol("")), Retry(), FIRST))
    assert not goes_on(follow(failure_of_error(None), Retry(), FIRST))


def test_an_address_has_one_budget() -> None:
    """After ten retries without calls an address has no room; another has, and so has the same one for a fifth of its calls."""
    budgets = Budgets()
    for _ in range(10):
        assert budgets.room("a", SECOND_NS)
        budgets.retry("a", SECOND_NS)
    assert not budgets.room("a", SECOND_NS)
    assert budgets.room("b", SECOND_NS)
    for _ in range(5):
        budgets.call("a", SECOND_NS)
    assert budgets.room("a", SECOND_NS)


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"wait_min": -1}, {"wait_min": 5, "wait_max": 4}])
def test_a_policy_that_cannot_be_meant(wrong: dict[str, int]) -> None:
    """It is refused when it is written, not when the first call fails."""
    with pytest.raises(OperatorError):
        Retry(**wrong)  # type: ignore[arg-type]
