"""Which language the command line speaks, and how it says a sentence in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from yumen.errors import first_line
from yumen.words.fields import in_chinese

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.errors import Fault, OperatorError

LANGUAGE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""As POSIX has it: the first that is set decides."""


@runtime_checkable
class Reason(Protocol):
    """What says why, as a sentence and its values."""

    @property
    def sentence(self) -> str:
        """The sentence with its places."""

    @property
    def values(self) -> Mapping[str, object]:
        """What stands in them."""


class Words:
    """Says the program's sentences. An English sentence is its own key; without a twin it is said in English."""

    def __init__(self, twins: Mapping[str, str]) -> None:
        """Say sentences by their twins; none: in English."""
        self._twins = dict(twins)

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence with the values in their places; what cannot be printed of them is replaced.

        A value that is an error with a sentence of its own, as those of secrets are, is said in the same language.
        """
        said = self._twins.get(sentence, sentence)
        return said.format(**{name: printable(self._value(value)) for name, value in values.items()}) if values else said

    def _value(self, value: object) -> str:
        return self.say(value.sentence, **value.values) if isinstance(value, Reason) else str(value)

    def error(self, error: OperatorError) -> str:
        """Return an operator's error as it is said."""
        return self.say(error.sentence, **error.values) if error.values else printable(self.say(error.sentence))

    def fault(self, fault: Fault) -> str:
        """Return a fault as it is said: in its own words, where it has some beyond those of its kind."""
        if not self._twins:
            return printable(fault.message)
        own = fault.message != first_line(type(fault))
        return printable(self._twins.get(fault.message) or in_chinese(fault.message) if own else fault.chinese)

    def learn(self, twins: Mapping[str, str]) -> None:
        """Add the sentences of a part that was loaded late; only where another language than English is spoken at all."""
        if self._twins:
            self._twins.update(twins)


def speaks_chinese(environ: Mapping[str, str]) -> bool:
    """Whether the environment asks for Chinese."""
    chosen = next((environ[name] for name in LANGUAGE_VARIABLES if environ.get(name)), "")
    return chosen.lower().startswith("zh")


def words_for(environ: Mapping[str, str]) -> Words:
    """Return the words of the environment's language."""
    if not speaks_chinese(environ):
        return Words({})
    from yumen.words.chinese import CHINESE

    return Words(CHINESE)


def printable(text: str) -> str:
    """Return text without control characters (a line break or a terminal's commands could stand in a name)."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
