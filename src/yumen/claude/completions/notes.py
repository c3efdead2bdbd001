r"""What the log should say of a legacy request: mistakes that Claude answers all the same, only not as was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.claude.completions.request import Completion

_LITERAL_LINE_END = "\\n"


def notes_on(asked: Completion, max_tokens: int) -> tuple[str, ...]:
    """Return a sentence for each thing that the caller would want to know; never the caller's text."""
    notes = [
        f"stop_sequences[{place}] holds a backslash and the letter n: it stops at those two characters, not at a line end"
        for place in literal_line_ends(asked.stop_sequences or ())
    ]
    if max_tokens < asked.max_tokens_to_sample:
        notes.append(
            f"max_tokens_to_sample {asked.max_tokens_to_sample} is more than the answering model writes: {max_tokens} was asked for"
        )
    return tuple(notes)


def literal_line_ends(stop_sequences: tuple[str, ...]) -> tuple[int, ...]:
    r"""Return the places of stop sequences in which `\n` was written as two characters, as in `"\\n\\nHuman:"`."""
    return tuple(place for place, text in enumerate(stop_sequences) if _LITERAL_LINE_END in text)
