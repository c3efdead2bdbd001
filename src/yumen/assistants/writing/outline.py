"""Outlines as text, in Markdown: a title, sections, and the points of each. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.assistants.writing.values import Outline, Section
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE = re.compile(r"#\s+(.+)")
HEADING = re.compile(r"#{2,6}\s+(.+)|\d+(?:\.\d+)*[.)、]\s*(.+)|[一二三四五六七八九十]+、\s*(.+)")
POINT = re.compile(r"\s*[-*+•·]\s+(.+)|\s+\d+(?:\.\d+)*[.)、]\s*(.+)")
MOST_SECTIONS = 60


def parse_outline(text: str) -> Outline:
    """Return an outline: `# title`, then `## heading` or `1. heading`, and below each its points, `- point` or plain lines.

    Raises OperatorError where it has no section, or more than anybody means.
    """
    title, plain, sections = "", "", list[Section]()
    for line in filter(str.strip, text.splitlines()):
        found = POINT.fullmatch(line.rstrip())
        if sections and found:
            sections[-1] = with_point(sections[-1], first_group(found))
        elif not title and (found := TITLE.fullmatch(line.strip())):
            title = found[1]
        elif found := HEADING.fullmatch(line.strip()) or TITLE.fullmatch(line.strip()):
            sections.append(Section(first_group(found)))
        elif sections:
            sections[-1] = with_point(sections[-1], line.strip())
        else:
            plain = plain or line.strip()  # the title without its mark, or a word before the outline
    if not sections:
        raise OperatorError("the outline has no sections: each begins with ## or a number")
    if len(sections) > MOST_SECTIONS:
        raise OperatorError("the outline has more than {limit} sections", limit=MOST_SECTIONS)
    return Outline(title or plain or sections[0].heading, tuple(sections))


def with_point(section: Section, point: str) -> Section:
    """Return a section with one more point."""
    return Section(section.heading, (*section.points, point))


def first_group(found: re.Match[str]) -> str:
    """Return what a line says without its mark."""
    return next(group for group in found.groups() if group).strip()


def outline_lines(outline: Outline) -> Iterator[str]:
    """Yield an outline as `parse_outline` reads it."""
    yield f"# {outline.title}"
    for section in outline.sections:
        yield ""
        yield f"## {section.heading}"
        yield from (f"- {point}" for point in section.points)
