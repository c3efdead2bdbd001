"""What is made of a brief without Claude: an outline whose every word is the brief's own. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.assistants.summaries.extract import terms_of
from yumen.assistants.support.terms import is_chinese
from yumen.assistants.writing.sentences import sentences_of, topic_of
from yumen.assistants.writing.values import Outline, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

TOGETHER = 0.2
"""A sentence that shares so many of its terms with the section before it belongs there."""
MOST_POINTS = 5


def outline_from(brief: str) -> Outline:
    """Return the outline: the first sentence is the title, each of the others a section, or a point of the one that it goes on with."""
    sentences = sentences_of(brief) or [" ".join(brief.split())]
    sections: list[Section] = []
    for sentence in sentences[1:] or sentences:
        last = sections[-1] if sections else None
        if last and len(last.points) < MOST_POINTS and shared(sentence, last.points) >= TOGETHER:
            sections[-1] = Section(last.heading, (*last.points, sentence))
        else:
            sections.append(Section(topic_of(sentence), (sentence,)))
    return Outline(topic_of(sentences[0]), tuple(sections), is_sandbox=True)


def shared(sentence: str, points: Sequence[str]) -> float:
    """Return how much of a sentence's terms stands in the points."""
    own = set(terms_of(sentence))
    return len(own & {term for point in points for term in terms_of(point)}) / len(own) if own else 0.0


def draft_of(outline: Outline, brief: str) -> str:
    """Return the outline as a text: below each heading its points, and the sentences of the brief that have to do with it."""
    sentences = sentences_of(brief)
    parts = [f"# {outline.title}"]
    for section in outline.sections:
        wanted = set(terms_of(f"{section.heading} {' '.join(section.points)}"))
        own = [each for each in sentences if each not in section.points and wanted & set(terms_of(each))]
        parts.append(f"## {section.heading}")
        parts += ["\n".join(f"- {point}" for point in section.points)] if section.points else []
        parts += [("" if is_chinese(own[0]) else " ").join(own)] if own and not section.points else []
    return "\n\n".join(parts)
