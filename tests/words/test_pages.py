"""The console in two languages: every sentence of templates, scripts and pages has its twin, and no twin is left over."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment

from yumen.console.pages.assets import FOLDER
from yumen.console.pages.navigation import MENU
from yumen.console.pages.rendering import THEMES
from yumen.console.pages.script_words import SAID, sentences_of
from yumen.errors import Fault
from yumen.keys.values import Role
from yumen.settings.options import OPTIONS
from yumen.words import pages
from yumen.words.chinese import CHINESE
from yumen.words.pages import PAGES

PACKAGE = FOLDER.parent
SAYING = {"say", "go"}
SENTENCES = "SENTENCES"
"""A tuple or dictionary of this name in a page's module holds sentences that are said by a variable, as keys are or values."""


def said() -> set[str]:
    """Return every sentence that the console can say, in English."""
    return {*in_templates(), *in_scripts(), *in_pages(), *in_the_menu()}


def in_templates() -> Iterator[str]:
    """Yield the sentences of templates: calls of `_` with a text."""
    environment = Environment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])  # noqa: S701  (nothing is rendered)
    for path in (PACKAGE / "templates").rglob("*.html"):
        for _, function, sentence in environment.extract_translations(path.read_text(encoding="utf-8")):
            text = sentence[0] if isinstance(sentence, tuple) else sentence
            if function == "_" and text is not None:
                yield text


def in_scripts() -> Iterator[str]:
    """Yield the sentences of the scripts that are ours."""
    for path in FOLDER.glob("*.js"):
        yield from sentences_of(path.name)


def in_pages() -> Iterator[str]:
    """Yield the sentences of Python: what `visit.say` is called with, and what stands in tables of that name."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say" and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(getattr(target, "id", "").endswith(SENTENCES) for target in targets) and node.value is not None:
                    yield from constants_of(node.value)


def constants_of(node: ast.expr) -> Iterator[str]:
    """Yield the texts of a tuple, or a dictionary's values."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from constants_of(value)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for each in node.elts:
            yield from constants_of(each)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def in_the_menu() -> Iterator[str]:
    """Yield the menu's labels and headings, the roles, the themes."""
    for section in MENU:
        yield from ([section.heading] if section.heading else [])
        yield from (entry.label for entry in section.entries)
    yield from (role.value for role in Role)
    yield from THEMES


def test_no_sentence_is_without_its_twin() -> None:
    """Whatever the console says in English, it says in Chinese."""
    assert sorted(said() - PAGES.keys() - CHINESE.keys()) == []


def test_no_twin_is_left_over() -> None:
    """What no page says any more is not in the catalogue."""
    assert sorted(PAGES.keys() - said()) == []


def test_a_sentence_has_one_twin() -> None:
    """The areas' catalogues are put together: where two say a sentence differently, one page would say what another one means."""
    twins: dict[str, set[str]] = {}
    for area in Path(pages.__file__).parent.glob("pages_*.py"):
        for node in ast.walk(ast.parse(area.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                for sentence, twin in zip(map(ast.literal_eval, filter(None, node.keys)), map(ast.literal_eval, node.values), strict=True):
                    twins.setdefault(sentence, set()).add(twin)
    assert {sentence: said for sentence, said in twins.items() if len(said) > 1} == {}


def test_twins_have_the_same_places() -> None:
    """A value that stands in one language stands in the other."""

    def places(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    assert [sentence for sentence, twin in PAGES.items() if places(sentence) != places(twin)] == []


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;!?(]|[,;!?)][\u4e00-\u9fff]|[\u4e00-\u9fff]:(?!端口)")
"""Punctuation of other languages beside a Chinese character; a colon stays where code is meant."""


def test_chinese_has_its_own_punctuation() -> None:
    """Full-width marks stand between Chinese words, in pages, commands, faults and settings alike."""
    faults = {getattr(fault, "chinese", "") for fault in below(Fault)}
    settings = {option.chinese for option in OPTIONS.values()}
    texts = {*CHINESE.values(), *PAGES.values(), *faults, *settings}
    assert len(texts) > 2000
    assert [text for text in texts if HALF_WIDTH.search(text.replace("路径[:行号]", ""))] == []


def below(kind: type[Fault]) -> Iterator[type[Fault]]:
    """Yield all kinds of a fault."""
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def test_scripts_say_sentences_in_one_way_only() -> None:
    """A call of `_` with anything but one text in double quotes would be missed by the catalogue."""
    for path in FOLDER.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert len(SAID.findall(text)) == len(re.findall(r"\b_\(", text)) - text.count("function _("), path.name
