"""Ledger entries as they are printed: JSON for programs, every column in a pipe, the telling ones on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.ledger import shown, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.cli.console import Console
    from yumen.ledger import Entry

PIPED = (
    "time",
    "request_id",
    "key_id",
    "environment",
    "path",
    "model",
    "stream",
    "status",
    "outcome",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "stop_reason",
    "cost_microusd",
    "ttft_ms",
    "duration_ms",
    "overhead_us",
    "attempts",
    "upstream_request_id",
)
"""The columns in a pipe. Programs count on them: only append."""

SEEN = ("time", "request", "key", "model", "status", "outcome", "input", "output", "cost", "first byte", "duration")
"""The columns on a terminal."""
WIDTHS = (19, 28, 14, 20, 6, 11, 7, 7, 10, 10, 9)
"""Of each, where lines come one by one."""


class LedgerPrinter:
    """Prints entries to a console in one of the three forms."""

    def __init__(self, console: Console, names: Mapping[str, str], *, as_json: bool) -> None:
        """Show keys by these names."""
        self._console = console
        self._names = names
        self._as_json = as_json
        self._headed = False

    def all(self, entries: list[Entry]) -> None:
        """Print entries together."""
        if self._as_json:
            for entry in entries:
                self._console.raw(to_json(shown(entry)))
        elif self._console.is_terminal:
            self._console.table(SEEN, [seen(entry, self._names) for entry in entries])
        else:
            self._console.table(PIPED, [piped(entry) for entry in entries])

    def one(self, entry: Entry) -> None:
        """Print an entry as it comes."""
        if self._as_json:
            self._console.raw(to_json(shown(entry)))
        elif self._console.is_terminal:
            self._one_of(SEEN, seen(entry, self._names), padded=True)
        else:
            self._one_of(PIPED, piped(entry), padded=False)

    def _one_of(self, columns: tuple[str, ...], row: list[object], *, padded: bool) -> None:
        widths = WIDTHS if padded else None
        if not self._headed:
            self._console.row([self._console.words.say(column) if padded else column for column in columns], widths)
        self._headed = True
        self._console.row(row, widths)


def piped(entry: Entry) -> list[object]:
    """Return an entry's row in a pipe."""
    line = shown(entry)
    return [as_text(getattr(line, column)) for column in PIPED]


def as_text(value: object) -> object:
    """Return a truth as JSON writes it."""
    return str(value).lower() if isinstance(value, bool) else value


def seen(entry: Entry, names: Mapping[str, str]) -> list[object]:
    """Return an entry's row on a terminal."""
    line = shown(entry)
    return [
        line.time[:19].replace("T", " "),
        line.request_id,
        names.get(entry.key_id, entry.key_id),
        line.model,
        line.status or "–",
        line.outcome if line.count == 1 else f"{line.outcome} ×{line.count}",
        line.input_tokens + line.cache_read_tokens + line.cache_write_tokens,
        line.output_tokens,
        dollars(entry.cost_nanousd),
        milliseconds(entry.ttft_us),
        milliseconds(entry.duration_us),
    ]


def dollars(nanousd: int | None) -> str:
    """Return money for eyes; exact to a nano-dollar where it is small, `–` where no price is known."""
    if nanousd is None:
        return "–"
    whole, rest = divmod(nanousd, 1_000_000_000)
    digits = f"{rest:09d}".rstrip("0")
    return f"${whole:,}.{digits:0<2}"


def milliseconds(us: int | None) -> str:
    """Return a duration for eyes."""
    return "–" if us is None else f"{us / 1000:,.0f} ms"
