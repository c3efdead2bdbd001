"""An outline as lines of text, with the place of each symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.assistants.code.values import Outline, Symbol

MOST_IMPORTS = 12


def outline_lines(outline: Outline) -> Iterator[str]:
    """Yield an outline: the file, what it says of itself, what it imports, and each symbol with `path:line`."""
    yield f"{outline.path} ({outline.language}, {outline.lines} lines)" + (f": {outline.says}" if outline.says else "")
    if outline.flaw:
        yield f"  ! {outline.flaw}"
    if outline.imports:
        more = ", …" if len(outline.imports) > MOST_IMPORTS else ""
        yield f"  imports {', '.join(outline.imports[:MOST_IMPORTS])}{more}"
    for symbol in outline.symbols:
        yield symbol_line(outline.path, symbol)


def symbol_line(path: str, symbol: Symbol) -> str:
    """Return one symbol: its kind and name, where it is, what it says of itself, and what it calls."""
    indent = "  " * (symbol.depth + 1)
    says = f": {symbol.says}" if symbol.says else ""
    calls = f" → {', '.join(symbol.calls)}" if symbol.calls else ""
    return f"{indent}{symbol.kind} {symbol.name} {path}:{symbol.line}-{symbol.end_line}{says}{calls}"
