"""What Claude is told about the documents that it sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.assistants.documents.quoting import DATA_RULE, quoted
from yumen.assistants.summaries.values import Form, Length, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.assistants.summaries.values import Part

RULES = f"""You sum up documents for somebody who will not read them. Say what they say, and nothing that they do not: keep names, \
numbers, dates and conditions exact, keep apart what is stated and what is merely supposed, and name contradictions. {DATA_RULE} \
Answer with the summary alone, without a word before or after it."""
LENGTHS = {
    Length.SHORT: "Be short: three or four sentences, or as many points.",
    Length.MEDIUM: "About 250 words (400 Chinese characters), or some eight points.",
    Length.LONG: "Be thorough: up to 900 words (1,500 Chinese characters), or some twenty points; no matter of weight is left out.",
}
FORMS = {
    Form.TEXT: "Write running text, in paragraphs.",
    Form.BULLETS: "Write a list in Markdown, a point a line that begins with `- `.",
    Form.TABLE: "Write one table in Markdown: a row a matter, with columns for the matter, what is said of it, and where it stands.",
    Form.JSON: 'Write one JSON object and nothing else: {"summary": "…", "points": [{"text": "…", "source": "file, heading or page"}]}.',
}
NOTES = """You are given one part of a larger text. Write notes on it from which, with notes on the other parts, the whole will be \
summed up: all that matters, up to 500 words, in running text, in the language of the text."""
MERGE = "You are given notes on the parts of the documents, in their order. Sum up the documents from them as if you had read the whole."
NOTES_AGAIN = "You are given notes on some neighbouring parts of a larger text. Make one set of notes of them, as full and half as long."


def summary_system(wish: Wish, *, from_notes: bool) -> str:
    """Return the system prompt for the summary itself."""
    language = f"Write in this language: {wish.language}." if wish.language else "Write in the language of the documents."
    return "\n\n".join([RULES, *([MERGE] if from_notes else []), f"{LENGTHS[wish.length]} {FORMS[wish.form]} {language}"])


def notes_system(*, again: bool) -> str:
    """Return the system prompt for notes on a part, or on notes."""
    return f"{RULES}\n\n{NOTES_AGAIN if again else NOTES}"


def question(parts: Sequence[Part]) -> str:
    """Return parts as they are asked about."""
    return "\n\n".join([*(quoted(part.title, part.text) for part in parts), "Sum up, as you were told to, what stands above."])
