"""Customer service that answers from a folder of documents, says what it used, and hands over to a person by clear rules."""

from yumen.assistants.support.rules import DEFAULT, Rule, When
from yumen.assistants.support.service import Support, SupportOptions
from yumen.assistants.support.values import Answer, Citation, HandOver
from yumen.assistants.support.writer import NoAnswer

__all__ = ["DEFAULT", "Answer", "Citation", "HandOver", "NoAnswer", "Rule", "Support", "SupportOptions", "When"]
