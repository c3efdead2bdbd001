"""An error that is kept never takes more memory than it may, and lets go of its connection in the right moment."""

from __future__ import annotations

from tests.upstream.troubles import ERROR
from yumen.errors import Fault, Truncated
from yumen.http import Headers, Sink
from yumen.upstream.kept import MOST_BYTES, Kept


class Coming:
    """An answer whose body the test lets come, and what was asked of it."""

    status = 529

    def __init__(self) -> None:
        self.headers: Headers = [(b"x", b"1")]
        self.asked: list[str] = []
        self.sink: Sink | None = None

    def attach(self, sink: Sink) -> None:
        """Take the sink."""
        self.sink = sink

    def pause(self) -> None:
        """Note it."""
        self.asked.append("pause")

    def resume(self) -> None:
        """Note it."""
        self.asked.append("resume")

    def abort(self) -> None:
        """Note it."""
        self.asked.append("abort")


class Taken:
    """A sink that writes down what it got."""

    def __init__(self) -> None:
        self.body = b""
        self.ends: list[str] = []

    def piece(self, data: bytes) -> None:
        """Take it."""
        self.body += data

    def ended(self) -> None:
        """Note it."""
        self.ends.append("ended")

    def failed(self, fault: Fault) -> None:
        """Note it."""
        self.ends.append(type(fault).__name__)


async def test_beyond_its_limit_the_rest_stays_in_the_kernel() -> None:
    """A long body stops the reading, is decided about with what there is, and goes on from there byte for byte."""
    answer, sink = Coming(), Taken()
    kept = Kept(answer)
    kept.piece(b"a" * MOST_BYTES)
    assert answer.asked == []
    kept.piece(b"b")
    assert answer.asked == ["pause"]
    assert len(await kept.body()) == MOST_BYTES + 1
    kept.attach(sink)
    assert answer.asked == ["pause", "resume"]
    kept.piece(b"c")
    kept.ended()
    assert (sink.body, sink.ends) == (b"a" * MOST_BYTES + b"bc", ["ended"])


async def test_what_has_ended_is_not_given_up() -> None:
    """Its connection may serve another by then."""
    answer, sink = Coming(), Taken()
    kept = Kept(answer)
    kept.piece(ERROR)
    kept.ended()
    assert await kept.body() == ERROR
    kept.attach(sink)
    kept.pause()
    kept.resume()
    kept.abort()
    assert (answer.asked, sink.body, sink.ends) == ([], ERROR, ["ended"])


async def test_what_has_not_ended_is_given_up_once() -> None:
    """Dropping it closes its connection."""
    answer = Coming()
    kept = Kept(answer)
    kept.piece(b"a" * (MOST_BYTES + 1))
    await kept.body()
    kept.drop()
    kept.abort()
    assert answer.asked == ["pause", "abort"]


async def test_one_that_breaks_says_that_nothing_is_charged() -> None:
    """The fault is handed on with it, and a client may try again."""
    answer, sink = Coming(), Taken()
    kept = Kept(answer)
    fault = Truncated()
    kept.failed(fault)
    assert await kept.body() == b""
    kept.attach(sink)
    assert (sink.ends, fault.should_retry) == (["Truncated"], True)
