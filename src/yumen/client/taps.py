"""Reads along in an answer while the program reads it, and tells once when it is over, however it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude import InflatingTap, MessageTap, StreamTap
from yumen.client.transport import httpx2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from datetime import timedelta

    from yumen.claude import Tap

EVENTS = "text/event-stream"


def tap_for(response: httpx2.Response, model: str | None) -> Tap | None:
    """Return what reads an answer's body, decoded where it is here already, else as it was sent; None where its encoding cannot be read."""
    if response.is_closed:
        return MessageTap()
    streams = response.headers.get("content-type", "").startswith(EVENTS)
    tap: Tap = StreamTap(model) if streams else MessageTap()
    encoding = response.headers.get("content-encoding", "identity").lower().encode()
    if encoding == b"identity":
        return tap
    return InflatingTap(tap) if encoding in InflatingTap.ENCODINGS else None


class Ending:
    """Tells once that an answer is over: with the error's name, where it broke off."""

    def __init__(self, tell: Callable[[str | None], None]) -> None:
        """Take whom to tell."""
        self._tell: Callable[[str | None], None] | None = tell

    def over(self, error: str | None = None) -> None:
        """Tell, the first time."""
        tell, self._tell = self._tell, None
        if tell is not None:
            tell(error)


class Elapsing:
    """A stream over another that knows how long it took: the response asks its stream for that."""

    _inner: object

    @property
    def elapsed(self) -> timedelta | None:
        """How long the answer took until its end; None: it is not there."""
        return getattr(self._inner, "elapsed", None)


class TappedStream(Elapsing, httpx2.SyncByteStream):
    """A response's bytes, read along."""

    def __init__(self, inner: httpx2.SyncByteStream, tap: Tap | None, ending: Ending) -> None:
        """Read along in those."""
        self._inner: httpx2.SyncByteStream = inner
        self._tap = tap
        self._ending = ending

    def __iter__(self) -> Iterator[bytes]:
        """Yield what comes."""
        try:
            for data in self._inner:
                if self._tap is not None:
                    self._tap.feed(data)
                yield data
        except Exception as error:
            self._ending.over(type(error).__name__)
            raise
        if self._tap is not None:
            self._tap.end()
        self._ending.over()

    def close(self) -> None:
        """Close it, and count as over what was not read to its end."""
        try:
            self._inner.close()
        finally:
            self._ending.over()


class AsyncTappedStream(Elapsing, httpx2.AsyncByteStream):
    """The same of an answer that is awaited."""

    def __init__(self, inner: httpx2.AsyncByteStream, tap: Tap | None, ending: Ending) -> None:
        """Read along in those."""
        self._inner: httpx2.AsyncByteStream = inner
        self._tap = tap
        self._ending = ending

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield what comes."""
        try:
            async for data in self._inner:
                if self._tap is not None:
                    self._tap.feed(data)
                yield data
        except Exception as error:
            self._ending.over(type(error).__name__)
            raise
        if self._tap is not None:
            self._tap.end()
        self._ending.over()

    async def aclose(self) -> None:
        """Close it, and count as over what was not read to its end."""
        try:
            await self._inner.aclose()
        finally:
            self._ending.over()


def read_along(response: httpx2.Response, found: Tap | None, tell: Callable[[Tap | None, str | None], None]) -> None:
    """Have an answer's end told with what was read of it: now, where its body is here already, else when the program has read it."""
    if response.is_closed:
        if found is not None:
            found.feed(response.content)
            found.end()
        tell(found, None)
        return
    ending = Ending(lambda error: tell(found, error))
    if isinstance(response.stream, httpx2.SyncByteStream) and not isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = TappedStream(response.stream, found, ending)
    elif isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = AsyncTappedStream(response.stream, found, ending)
