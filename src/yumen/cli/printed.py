"""Ledger entries as they are printed: JSON for programs, every column in a pipe, the telling ones on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.ledger import shown, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

SEEN = {
    "time": 19,
    "request": 28,
    "key": 14,
    "model": 25,
    "status": 6,
    "outcome": 11,
    "input": 8,
    "output": 7,
    "cost": 10,
    "first byte": 10,
    "duration": 9,
}
"""The columns on a terminal, with their widths where lines come one by one."""
NARROW = ("time", "request", "status", "outcome", "cost")
"""The columns on a terminal that has no room for all."""
GAP = 2


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
            columns = fitting(self._console.width)
            rows = [seen(entry, self._names) for entry in entries]
            self._console.table(columns, [[row[column] for column in columns] for row in rows])
        else:
            self._console.table(PIPED, [piped(entry) for entry in entries])

    def one(self, entry: Entry) -> None:
        """Print an entry as it comes."""
        if self._as_json:
            self._console.raw(to_json(shown(entry)))
        elif self._console.is_terminal:
            row, columns = seen(entry, self._names), fitting(self._console.width)
            self._head([self._console.words.say(column) for column in columns], [SEEN[column] for column in columns])
            self._console.row([row[column] for column in columns], [SEEN[column] for column in columns])
        else:
            self._head(PIPED, None)
            self._console.row(piped(entry), None)

    def _head(self, names: Sequence[str], widths: list[int] | None) -> None:
        """Print the names of the columns, once."""
        if not self._headed:
            self._headed = True
            self._console.row(names, widths)


def piped(entry: Entry) -> list[object]:
    """Return an entry's row in a pipe."""
    line = shown(entry)
    return [as_text(getattr(line, column)) for column in PIPED]


def as_text(value: object) -> object:
    """Return a truth as JSON writes it."""
    return str(value).lower() if isinstance(value, bool) else value


def fitting(width: int) -> tuple[str, ...]:
    """Return the columns that a terminal of that width has room for."""
    return tuple(SEEN) if width >= sum(SEEN.values()) + GAP * len(SEEN) else NARROW


def seen(entry: Entry, names: Mapping[str, str]) -> dict[str, object]:
    """Return an entry's cells on a terminal."""
    line = shown(entry)
    return {
        "time": line.time[:19].replace("T", " "),
        "request": line.request_id,
        "key": names.get(entry.key_id, entry.key_id),
        "model": line.model,
        "status": line.status or "–",
        "outcome": line.outcome if line.count == 1 else f"{line.outcome} ×{line.count}",
        "input": line.input_tokens + line.cache_read_tokens + line.cache_write_tokens,
        "output": line.output_tokens,
        "cost": dollars(entry.cost_nanousd),
        "first byte": milliseconds(entry.ttft_us),
        "duration": milliseconds(entry.duration_us),
    }


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
