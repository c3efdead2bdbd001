"""Writing from a brief and an outline: `yumen write`."""

from yumen.assistants.writing.face import write
from yumen.assistants.writing.outline import outline_lines, parse_outline
from yumen.assistants.writing.talk import Writer
from yumen.assistants.writing.values import Draft, Length, Outline, Section, Wish

__all__ = ["Draft", "Length", "Outline", "Section", "Wish", "Writer", "outline_lines", "parse_outline", "write"]
