"""The outline of a file of Python, by its own parser: nothing of the file is run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from yumen.assistants.code.folder import lines_in
from yumen.assistants.code.values import Outline, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CALLS = 12
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def python_outline(path: str, text: str) -> Outline:
    """Return classes, functions and methods with their lines, first sentences and calls."""
    lines = len(lines_in(text))
    try:
        tree = ast.parse(text)
        return Outline(path, "Python", lines, first_sentence(ast.get_docstring(tree)), imports(tree), tuple(symbols(tree)))
    except SyntaxError as error:
        return Outline(path, "Python", lines, flaw=f"line {error.lineno}: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        # The parser's own bounds: nesting beyond them, or bytes that it does not take.
        return Outline(path, "Python", lines, flaw=str(error) or type(error).__name__)


def symbols(node: ast.AST, depth: int = 0, within: str = "") -> Iterator[Symbol]:
    """Yield what is defined in a node, each before what it holds itself."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            name = f"{within}.{child.name}" if within else child.name
            kind = "class" if isinstance(child, ast.ClassDef) else "method" if isinstance(node, ast.ClassDef) else "function"
            end = child.end_lineno or child.lineno
            calls = () if kind == "class" else called(child)
            yield Symbol(kind, name, child.lineno, end, depth, first_sentence(ast.get_docstring(child)), calls)
            yield from symbols(child, depth + 1, name)
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from symbols(child, depth, within)


def called(node: ast.AST) -> tuple[str, ...]:
    """Return the names that a function calls, each once, in the order of the text."""
    calls = sorted((each for each in ast.walk(node) if isinstance(each, ast.Call)), key=lambda each: (each.lineno, each.col_offset))
    names = dict.fromkeys(ast.unparse(each.func) for each in calls if isinstance(each.func, ast.Name | ast.Attribute))
    return tuple(name for name in names if len(name) < 60)[:MOST_CALLS]  # noqa: PLR2004  (a chain of calls is no name)


def imports(tree: ast.Module) -> tuple[str, ...]:
    """Return the modules that a file imports, each once."""
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(dict.fromkeys(alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            found["." * node.level + (node.module or "")] = None
    return tuple(found)


def first_sentence(text: str | None) -> str:
    """Return the first paragraph of a documentation, in one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())
