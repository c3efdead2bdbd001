"""What the room is tried with: conversations in memory, lines from a script, and a screen that is read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from yumen.assistants.chat import Choice, Exchange, Listed, Room, Used
from yumen.assistants.chat.screen import Screen
from yumen.errors import OperatorError, UpstreamFault
from yumen.words import Words
from yumen.words.chinese import CHINESE

PRICE_NANOUSD = 3_000


@dataclass
class MemoryReply:
    """Says its pieces; an exception among them is raised."""

    talk: MemoryTalk
    question: str
    pieces: Sequence[str | BaseException]
    closed: bool = False

    def __iter__(self) -> Iterator[str]:
        """Say them."""
        said = ""
        for piece in self.pieces:
            if isinstance(piece, BaseException):
                raise piece
            said += piece
            yield piece
        self.talk.said.append(Exchange(self.question, said))

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


@dataclass
class MemoryTalk:
    """A conversation in memory: the answer is the question in capitals, in two pieces."""

    name: str
    choice: Choice
    script: dict[str, Sequence[str | BaseException]]
    said: list[Exchange] = field(default_factory=list)
    replies: list[MemoryReply] = field(default_factory=list)

    def choose(self, choice: Choice) -> None:
        """Take what is chosen."""
        if choice.style == "nosuch":
            raise OperatorError("there is no style {name}; there are: {known}", name=choice.style, known="terse")
        said = {name: value for name, value in msgspec.structs.asdict(choice).items() if value is not None}
        self.choice = msgspec.structs.replace(self.choice, **said)

    def say(self, text: str) -> MemoryReply:
        """Answer."""
        half = len(text) // 2
        self.replies.append(MemoryReply(self, text, self.script.get(text, [text[:half].upper(), text[half:].upper()])))
        return self.replies[-1]

    def exchanges(self) -> Sequence[Exchange]:
        """What was said."""
        return self.said

    def tokens(self) -> tuple[int, bool]:
        """Count a token a question."""
        return len(self.said), self.choice.model == "exact"

    def used(self) -> Used:
        """Count them."""
        return Used(len(self.said), 10 * len(self.said), 4, 5, PRICE_NANOUSD)


@dataclass
class MemoryTalks:
    """Conversations in memory."""

    is_sandbox: bool = False
    script: dict[str, Sequence[str | BaseException]] = field(default_factory=dict)
    kept: dict[str, MemoryTalk] = field(default_factory=dict)

    def open(self, name: str, choice: Choice) -> MemoryTalk:
        """Resume or begin one."""
        talk = self.kept.setdefault(name, MemoryTalk(name, Choice(), self.script))
        talk.choose(choice)
        return talk

    def listed(self) -> Sequence[Listed]:
        """List them."""
        return [Listed(name, len(talk.said), 0) for name, talk in self.kept.items()]

    def fork(self, name: str, copy: str) -> None:
        """Copy one."""
        self.kept[copy] = MemoryTalk(copy, self.kept[name].choice, self.script, list(self.kept[name].said))

    def styles(self) -> Sequence[str]:
        """The styles."""
        return ["terse", "formal"]


@dataclass
class ScriptedLines:
    """Types a script; an exception in it is raised."""

    script: list[str | BaseException]
    is_person: bool = True

    def read(self, prompt: str) -> str:
        """Type the next."""
        assert prompt == "> "
        if not self.script:
            raise EOFError
        typed = self.script.pop(0)
        if isinstance(typed, BaseException):
            raise typed
        return typed


@dataclass
class Seen:
    """What a chat wrote: answers, and what stands beside them."""

    code: int
    out: str
    err: str


def chatted(talks: MemoryTalks, *typed: str | BaseException, person: bool = True, chinese: bool = False) -> Seen:
    """Chat in the conversation `one` until the script ends."""
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(Words(CHINESE if chinese else {}), out, err, coloured=False)
    code = Room(talks, ScriptedLines(list(typed), person), screen).run("one", Choice())
    return Seen(code, out.getvalue(), err.getvalue())


FAULT = UpstreamFault("it rained")
