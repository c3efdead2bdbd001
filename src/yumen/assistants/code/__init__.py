"""Explaining code, and help with it: `yumen code`."""

from yumen.assistants.code.changing import apply, difference
from yumen.assistants.code.talk import Coder
from yumen.assistants.code.values import Edit, Outline, Refused, Reply, Symbol

__all__ = ["Coder", "Edit", "Outline", "Refused", "Reply", "Symbol", "apply", "difference"]
