"""Styles: how Claude speaks in a conversation (persona, tone, language, rules), as small TOML files that a team keeps in its repository."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OWN_FOLDER = Path(__file__).parent / "styles"
"""Where the styles are that ship with us."""
FOLDER = "styles"
VARIABLE = "YUMEN_STYLES"
ENDING = ".toml"
NAME = re.compile(r"[^\W_][\w.-]{0,63}")
CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff]")
HEADINGS = {"tone": "Tone: ", "language": "Language: "}
CHINESE_HEADINGS = {"tone": "语气：", "language": "语言："}


class Manner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a style says in one language; what it does not say is left to Claude."""

    persona: str = ""
    tone: str = ""
    language: str = ""
    rules: tuple[str, ...] = ()

    def text(self, headings: Mapping[str, str]) -> str:
        """Return it as a system prompt."""
        lines = [self.persona.strip()]
        lines += [f"{heading}{value.strip()}" for name, heading in headings.items() if (value := getattr(self, name))]
        lines += [f"- {rule.strip()}" for rule in self.rules]
        return "\n".join(line for line in lines if line)


class StyleFile(Manner, frozen=True, forbid_unknown_fields=True):
    """A style's file: one line about it, what it says, and what it says in Chinese."""

    description: str = ""
    zh: Manner | None = None


class Style(msgspec.Struct, frozen=True):
    """A style by its name. A Chinese question that begins a conversation gets the Chinese text, where there is one."""

    name: str
    description: str
    path: Path
    english: str
    chinese: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Its text in each language."""
        return (self.english,) if self.chinese is None else (self.english, self.chinese)

    def text_for(self, question: str) -> str:
        """Return its text for a conversation that begins with that question."""
        return self.chinese if self.chinese is not None and CHINESE_CHARACTER.search(question) else self.english


def style_folders(environ: Mapping[str, str], here: Path) -> tuple[Path, ...]:
    """Return where styles are looked for, in this order: ./styles, YUMEN_STYLES, ours."""
    named = environ.get(VARIABLE)
    return (here / FOLDER, *((Path(named).expanduser(),) if named else ()), OWN_FOLDER)


def find_style(name: str, folders: Sequence[Path]) -> Style:
    """Return a style by its name. Raises OperatorError where there is none, or its file is not one."""
    if not NAME.fullmatch(name):
        raise OperatorError("{name} is no name of a style: letters, digits, dots, dashes and underscores", name=name)
    for folder in folders:
        path = folder / f"{name}{ENDING}"
        if path.is_file():
            return read_style(path)
    known = ", ".join(sorted({path.stem for path in style_paths(folders)}))
    raise OperatorError("there is no style {name}; there are: {known}", name=name, known=known)


def every_style(folders: Sequence[Path]) -> list[Style]:
    """Return all styles by name; of two with one name, the one that is found first. Raises OperatorError for a file that is none."""
    paths = {path.stem: path for path in reversed(list(style_paths(folders)))}
    return [read_style(paths[name]) for name in sorted(paths)]


def style_paths(folders: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of styles, in the order in which they are looked for."""
    for folder in folders:
        yield from sorted(path for path in folder.glob(f"*{ENDING}") if path.is_file() and NAME.fullmatch(path.stem))


def read_style(path: Path) -> Style:
    """Read a style's file. Raises OperatorError that says what is wrong with it."""
    try:
        file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), StyleFile)
    except (OSError, ValueError) as error:
        raise OperatorError("the style {path} cannot be read: {reason}", path=path, reason=error) from error
    english = file.text(HEADINGS)
    if not english:
        raise OperatorError("the style {path} says nothing: give it a persona, a tone, a language or rules", path=path)
    return Style(path.stem, file.description, path, english, file.zh.text(CHINESE_HEADINGS) if file.zh is not None else None)
