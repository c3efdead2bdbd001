r"""A prompt of 2023, `\n\nHuman: … \n\nAssistant:`, split into a system prompt and turns."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from yumen.claude.completions.dialect import ASSISTANT, HUMAN
from yumen.errors import InvalidRequest

_TURN = re.compile(r"\n\n(Human|Assistant):")


class Turn(msgspec.Struct, frozen=True):
    """One turn, as Messages writes it."""

    role: Literal["user", "assistant"]
    content: str


class Prompt(msgspec.Struct, frozen=True):
    """What a prompt says: a system prompt (or None) and the turns, the last of which may begin the answer."""

    system: str | None
    turns: tuple[Turn, ...]

    @property
    def prefilled(self) -> bool:
        """Whether the prompt itself begins the answer."""
        return self.turns[-1].role == "assistant"


def split_prompt(prompt: str) -> Prompt:
    """Split a prompt. Raises InvalidRequest, in the wording of 2023, where its first or last turn is not as it must be."""
    before, *rest = _TURN.split(_with_first_line_ends(prompt))
    roles, texts = rest[0::2], rest[1::2]
    if not roles or roles[0] != "Human":
        msg = f'prompt must start with "{_shown(HUMAN)}" turn after an optional system prompt'
        raise InvalidRequest(msg)
    if roles[-1] != "Assistant":
        msg = f'prompt must end with "{_shown(ASSISTANT)}" turn'
        raise InvalidRequest(msg)
    return Prompt(before.strip() or None, _turns(roles, texts))


def _turns(roles: list[str], texts: list[str]) -> tuple[Turn, ...]:
    """Return the turns that say something; Messages refuses empty ones, and white space at the end of a begun answer."""
    texts[-1] = texts[-1].rstrip()
    turns = [
        Turn("user" if role == "Human" else "assistant", text.removeprefix(" "))
        for role, text in zip(roles, texts, strict=True)
        if text and not text.isspace()
    ]
    if not turns or turns[0].role != "user":
        msg = f'prompt: the first "{_shown(HUMAN)}" turn is empty'
        raise InvalidRequest(msg)
    return tuple(turns)


def _with_first_line_ends(prompt: str) -> str:
    """Return the prompt with the two line ends before its first turn, which programs tended to forget."""
    bare = prompt.lstrip("\n")
    return "\n\n" + bare if bare.startswith("Human:") else prompt


def _shown(marker: str) -> str:
    """Return a marker with its line ends written out."""
    return marker.replace("\n", "\\n")
