"""One turn that is under way through the gateway: it hears its answer, and says in the end what of it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.assembled import MOST_BYTES, TOO_LONG, Assembled
from yumen.claude.history import answer_again, content_in
from yumen.sessions.fate import REFUSAL, Fate
from yumen.sessions.values import Closing, Mine, TurnState, TurnUsage

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from yumen.claude import Usage
    from yumen.exchange import Exchange
    from yumen.sessions.lines import Key

OK = 200
NOTHING_IN_IT = "there is nothing in it that could be sent back"


class _Pieces:
    """A plain answer, kept until its end."""

    __slots__ = ("_pieces", "_size", "trouble")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self.trouble: str | None = None

    def feed(self, data: bytes) -> None:
        """Keep the next bytes."""
        self._size += len(data)
        if self._size > MOST_BYTES:
            self.trouble = TOO_LONG
            self._pieces.clear()
        else:
            self._pieces.append(data)

    def content(self) -> bytes | None:
        """Return the content as it stands, None where it cannot be read."""
        return None if self.trouble is not None else content_in(b"".join(self._pieces))


class End(msgspec.Struct, frozen=True):
    """What the exchange's end says of the turn."""

    fate: Fate
    ended_us: int
    model: str | None = None
    stop_reason: str | None = None
    usage: TurnUsage = TurnUsage()


class UnderWay:
    """The turn of one exchange. It is the exchange's `Turn`."""

    __slots__ = ("_content", "_kept", "key", "left_out_to", "mine", "organization_id", "placeholders", "said", "size", "stored")

    must_read = True

    def __init__(self, mine: Mine, key: Key, organization_id: str, kept: bytes | None = None) -> None:
        """Stand for that turn, at the head of that session's line; `kept` are the session's placeholders."""
        self.mine = mine
        self.organization_id = organization_id
        self.key = key
        self.stored: asyncio.Future[None] | None = None
        self.size = 0
        """Bytes of the answer that were heard."""
        self.said: dict[str, bytes] = {}
        """The session's `system` and `tools`, if it counts."""
        self._kept: dict[str, str] = {} if kept is None else msgspec.json.decode(kept, type=dict[str, str])
        self.placeholders = dict(self._kept)
        """What the placeholders in it, and in what was said before, stand for."""
        self.left_out_to: int | None = None
        """The last turn that was left out of what was sent."""
        self._content: Assembled | _Pieces = _Pieces()

    def listen(self, status: int, *, stream: bool) -> Callable[[bytes], None] | None:
        """Begin to hear a good answer, and return what takes its bytes."""
        if status != OK:
            return None
        content = self._content = Assembled() if stream else _Pieces()

        def hear(data: bytes) -> None:
            self.size += len(data)
            content.feed(data)

        return hear

    def closing(self, end: End) -> tuple[Closing | None, str | None]:
        """Return how the turn ends, None: it is withdrawn; and why an answer that came does not count."""
        if end.fate is Fate.WITHDRAW:
            return None, None
        broken = Closing(TurnState.BROKEN, end.ended_us, None, end.model, end.usage)
        if end.fate is Fate.BREAK:
            return broken, None
        if end.stop_reason == REFUSAL:
            return broken, "Claude refused to go on with it"
        content = self._content.content()
        answer = None if content is None else answer_again(content)
        if answer is None:
            return broken, self._content.trouble or NOTHING_IN_IT
        new = None if self.placeholders == self._kept else msgspec.json.encode(self.placeholders)
        said = self.said | ({} if new is None else {"placeholders": new})
        return Closing(TurnState.ANSWERED, end.ended_us, answer, end.model, end.usage, left_out_to=self.left_out_to, **said), None


def end_of(exchange: Exchange, fate: Fate) -> End:
    """Return what an exchange that has ended says of its turn."""
    usage = TurnUsage() if exchange.usage is None else turn_usage(exchange.usage)
    return End(fate, exchange.clock.now_us(), exchange.model_answered, exchange.stop_reason, usage)


def turn_usage(usage: Usage) -> TurnUsage:
    """Return what Claude counted, as a turn keeps it."""
    return TurnUsage(
        usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_5m_tokens, usage.cache_write_1h_tokens
    )
