"""Reads documents of several kinds into one form: a title, and passages that know the heading, line and page they stand at."""

from yumen.assistants.documents.read import READERS, is_readable, read_document
from yumen.assistants.documents.values import Block, Document, Passage

__all__ = ["READERS", "Block", "Document", "Passage", "is_readable", "read_document"]
