"""A chat in the terminal: streamed answers, styles, conversations that go on where they ended, and commands that begin with a slash."""

from yumen.assistants.chat.lines import Lines, PlainLines
from yumen.assistants.chat.room import Room
from yumen.assistants.chat.talks import Choice, Exchange, Listed, Reply, Talk, Talks, Used

__all__ = ["Choice", "Exchange", "Lines", "Listed", "PlainLines", "Reply", "Room", "Talk", "Talks", "Used"]
