"""The sentences of the browser's scripts: read from the scripts themselves, so that a page carries those of its own and no more."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from yumen.console.pages.assets import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.words import Words

SAID = re.compile(r"""\b_\(\s*"((?:[^"\\]|\\.)*)\"""")
"""A call of `_` with a sentence in double quotes: the only way in which scripts say something."""


@cache
def sentences_of(module: str) -> tuple[str, ...]:
    """Return the sentences that a script says."""
    return tuple(dict.fromkeys(found.replace('\\"', '"') for found in SAID.findall((FOLDER / module).read_text(encoding="utf-8"))))


def words_of(modules: Iterable[str], words: Words) -> dict[str, str]:
    """Return the twins of the scripts' sentences; those that are said as they are, are left out."""
    twins = {sentence: words.say(sentence) for module in modules for sentence in sentences_of(module)}
    return {sentence: twin for sentence, twin in twins.items() if twin != sentence}
