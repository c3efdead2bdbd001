"""The outline of a file by tree-sitter: JavaScript, TypeScript, Go, Java, Rust and C."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from yumen.assistants.code.folder import lines_in
from yumen.assistants.code.python_outline import MOST_CALLS, first_sentence
from yumen.assistants.code.values import Outline, Symbol
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Language(NamedTuple):
    """A grammar, and which of its nodes are told of."""

    name: str
    module: str
    grammar: str
    """The function of the module that gives it."""
    kinds: Mapping[str, str]
    """What a node is called here, by its type."""
    imports: frozenset[str]
    calls: frozenset[str]


_SCRIPT = {
    "class_declaration": "class",
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "method_definition": "method",
    "interface_declaration": "interface",
    "type_alias_declaration": "type",
    "enum_declaration": "enum",
    "arrow_function": "function",
    "function_expression": "function",
}
_CALLS = frozenset({"call_expression", "new_expression"})
_IMPORTS = frozenset({"import_statement"})
JAVASCRIPT = Language("JavaScript", "tree_sitter_javascript", "language", _SCRIPT, _IMPORTS, _CALLS)
TYPESCRIPT = Language("TypeScript", "tree_sitter_typescript", "language_typescript", _SCRIPT, _IMPORTS, _CALLS)
TSX = TYPESCRIPT._replace(grammar="language_tsx")
GO = Language(
    "Go",
    "tree_sitter_go",
    "language",
    {"function_declaration": "function", "method_declaration": "method", "type_spec": "type"},
    frozenset({"import_spec"}),
    frozenset({"call_expression"}),
)
JAVA = Language(
    "Java",
    "tree_sitter_java",
    "language",
    {
        "class_declaration": "class",
        "interface_declaration": "interface",
        "enum_declaration": "enum",
        "record_declaration": "record",
        "method_declaration": "method",
        "constructor_declaration": "constructor",
    },
    frozenset({"import_declaration"}),
    frozenset({"method_invocation", "object_creation_expression"}),
)
RUST = Language(
    "Rust",
    "tree_sitter_rust",
    "language",
    {
        "struct_item": "struct",
        "enum_item": "enum",
        "trait_item": "trait",
        "impl_item": "impl",
        "function_item": "function",
        "mod_item": "module",
    },
    frozenset({"use_declaration"}),
    frozenset({"call_expression", "macro_invocation"}),
)
C = Language(
    "C",
    "tree_sitter_c",
    "language",
    {"function_definition": "function", "struct_specifier": "struct", "enum_specifier": "enum"},
    frozenset({"preproc_include"}),
    frozenset({"call_expression"}),
)
LANGUAGES = {
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx"), JAVASCRIPT),
    **dict.fromkeys((".ts", ".mts", ".cts"), TYPESCRIPT),
    ".tsx": TSX,
    ".go": GO,
    ".java": JAVA,
    ".rs": RUST,
    **dict.fromkeys((".c", ".h"), C),
}
"""By a file name's ending."""
COMMENTS = frozenset({"comment", "line_comment", "block_comment"})


def tree_outline(path: str, text: str, language: Language) -> Outline:
    """Return classes, functions and their like with their lines and calls. Raises OperatorError where the extra is not installed."""
    root = parsed(text.encode(), language)
    imports = tuple(dict.fromkeys(" ".join(text_of(node).split())[:80] for node in walk(root) if node.type in language.imports))
    flaw = "parts of it do not parse" if root.has_error else ""
    return Outline(path, language.name, len(lines_in(text)), "", imports, tuple(symbols(root, language)), flaw)


def parsed(source: bytes, language: Language) -> Any:  # noqa: ANN401  (a node of an optional library)
    """Return the root of a source's tree."""
    try:
        tree_sitter, grammar = import_module("tree_sitter"), import_module(language.module)
    except ModuleNotFoundError as error:
        raise OperatorError("outlines of {language} need an extra: pip install 'yumen[code]'", language=language.name) from error
    parser = tree_sitter.Parser(tree_sitter.Language(getattr(grammar, language.grammar)()))
    return parser.parse(source).root_node


def symbols(root: Any, language: Language) -> Iterator[Symbol]:  # noqa: ANN401  (the same)
    """Yield what is defined in a tree, each before what it holds itself. The tree may be deeper than Python's own stack."""
    pending = [(child, 0, "") for child in reversed(root.named_children)]
    while pending:
        node, depth, within = pending.pop()
        kind = language.kinds.get(node.type)
        name = name_of(node) if kind else ""
        if kind and name:
            full = f"{within}.{name}" if within else name
            calls = () if kind in {"class", "interface", "struct", "enum", "type", "trait", "impl", "module"} else called(node, language)
            yield Symbol(kind, full, node.start_point[0] + 1, node.end_point[0] + 1, depth, comment_above(node), calls)
            depth, within = depth + 1, full
        pending += [(child, depth, within) for child in reversed(node.named_children)]


def name_of(node: Any) -> str:  # noqa: ANN401  (the same)
    """Return a definition's name; empty: it has none, such as a function that is an argument."""
    named = node.child_by_field_name("name") or node.child_by_field_name("type" if node.type == "impl_item" else "declarator")
    while named is not None and named.child_by_field_name("declarator") is not None:
        named = named.child_by_field_name("declarator")
    if named is None and node.type in {"arrow_function", "function_expression"} and node.parent.type == "variable_declarator":
        named = node.parent.child_by_field_name("name")
    return "" if named is None else " ".join(text_of(named).split())[:80]


def called(node: Any, language: Language) -> tuple[str, ...]:  # noqa: ANN401  (the same)
    """Return the names that a function calls, each once."""
    names: dict[str, None] = {}
    for each in walk(node):
        if each.type in language.calls:
            target = next(
                (found for field in ("function", "name", "macro", "constructor", "type") if (found := each.child_by_field_name(field))),
                None,
            )
            if target is not None and "\n" not in (name := text_of(target)) and len(name) < 60:  # noqa: PLR2004  (a chain of calls is no name)
                names[name] = None
    return tuple(names)[:MOST_CALLS]


def comment_above(node: Any) -> str:  # noqa: ANN401  (the same)
    """Return the comment that stands right above a definition."""
    outer = node
    while outer.parent is not None and outer.parent.type in {
        "export_statement",
        "lexical_declaration",
        "variable_declarator",
        "type_declaration",
    }:
        outer = outer.parent
    lines: list[str] = []
    above, below = outer.prev_named_sibling, outer
    while above is not None and above.type in COMMENTS and below.start_point[0] - above.end_point[0] <= 1:
        lines.insert(0, text_of(above))
        above, below = above.prev_named_sibling, above
    said = "\n".join(line.strip().lstrip("/*!").rstrip("*/").strip() for text in lines for line in text.splitlines())
    return first_sentence(said)


def walk(node: Any) -> Iterator[Any]:  # noqa: ANN401  (the same)
    """Yield a node and all below it, in the order of the text."""
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        pending += reversed(each.named_children)


def text_of(node: Any) -> str:  # noqa: ANN401  (the same)
    """Return a node's text."""
    return str(node.text.decode("utf-8", "replace"))
