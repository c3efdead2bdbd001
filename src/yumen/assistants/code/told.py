"""An outline as lines of text, with the place of each symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.assistants.code.values import Outline, Symbol

MOST_IMPORTS = 12
CHINESE: Mapping[str, str] = {
    "{count} lines": "{count} 行",
    "imports {names}": "引入 {names}",
    "… {count} files more": "… 另有 {count} 个文件",
    "class": "类",
    "function": "函数",
    "method": "方法",
    "interface": "接口",
    "type": "类型",
    "enum": "枚举",
    "struct": "结构体",
    "record": "记录",
    "module": "模块",
    "text": "文本",
    "nothing here reads this language": "这里没有能读这种语言的解析器",
    "parts of it do not parse": "有些地方不合语法",
}


def outline_lines(outline: Outline, *, chinese: bool = False) -> Iterator[str]:
    """Yield an outline: the file, what it says of itself, what it imports, and each symbol with `path:line`."""
    counted = said("{count} lines", chinese=chinese).format(count=outline.lines)
    language = said(outline.language, chinese=chinese)
    yield f"{outline.path} ({language}, {counted})" + (f": {outline.says}" if outline.says else "")
    if outline.flaw:
        yield f"  ! {said(outline.flaw, chinese=chinese)}"
    if outline.imports:
        more = ", …" if len(outline.imports) > MOST_IMPORTS else ""
        yield "  " + said("imports {names}", chinese=chinese).format(names=", ".join(outline.imports[:MOST_IMPORTS]) + more)
    for symbol in outline.symbols:
        yield symbol_line(outline.path, symbol, chinese=chinese)


def symbol_line(path: str, symbol: Symbol, *, chinese: bool = False) -> str:
    """Return one symbol: its kind and name, where it is, what it says of itself, and what it calls."""
    indent = "  " * (symbol.depth + 1)
    says = f": {symbol.says}" if symbol.says else ""
    calls = f" → {', '.join(symbol.calls)}" if symbol.calls else ""
    return f"{indent}{said(symbol.kind, chinese=chinese)} {symbol.name} {path}:{symbol.line}-{symbol.end_line}{says}{calls}"


def said(word: str, *, chinese: bool) -> str:
    """Return a word of ours in a language; what has no twin stays as it is."""
    return CHINESE.get(word, word) if chinese else word
