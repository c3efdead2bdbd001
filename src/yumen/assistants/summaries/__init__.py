"""Summing up documents: `yumen summarize`."""

from yumen.assistants.summaries.face import summarize
from yumen.assistants.summaries.talk import Summarizer
from yumen.assistants.summaries.values import Form, Length, Summary, Wish

__all__ = ["Form", "Length", "Summarizer", "Summary", "Wish", "summarize"]
