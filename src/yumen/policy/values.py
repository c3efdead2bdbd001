"""The nouns of policy: a document with its rules, what a rule matches, what was found, and what is done about it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec


class Action(StrEnum):
    """What is done where a rule hits, the strictest first."""

    BLOCK = "block"
    """The request is refused, or the answer ended."""
    REDACT = "redact"
    """What was found is replaced: in a request by a placeholder that the answer to its caller resolves, in an answer by the kind's name."""
    FLAG = "flag"
    """It is counted and written down, and passes."""
    ALLOW = "allow"
    """What was found is exempt from the other rules of the same policy."""


class On(StrEnum):
    """What a rule looks at."""

    REQUEST = "request"
    ANSWER = "answer"
    BOTH = "both"


class Mode(StrEnum):
    """Whether a policy acts."""

    ENFORCE = "enforce"
    SHADOW = "shadow"
    """It counts and writes down what it would have done."""


class Unseen(StrEnum):
    """What is done with what cannot be looked into."""

    ALLOW = "allow"
    REFUSE = "refuse"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule: whatever it lists, one of it is enough for a hit.

    A rule with `models`, `tools`, `betas` or sizes looks at what is asked for; one with `words`, `patterns` or `recognisers` at text.
    """

    name: str
    action: Action
    why: str
    """What the caller reads, in English."""
    why_zh: str = ""
    """The same in Chinese: where it is there, the caller reads both."""
    on: On = On.BOTH
    words: tuple[str, ...] = ()
    """Words and phrases, found in any width, case and common disguise."""
    words_file: str | None = None
    """A file of words beside the policy's, one a line; read when the policy is loaded, so that a stored policy holds the words."""
    parts_of_words: bool = False
    """Whether a word also counts inside a longer one; in Chinese it always does."""
    patterns: tuple[str, ...] = ()
    """Regular expressions of RE2, in which no input takes more than linear time."""
    pattern_reach: int = 256
    """How many characters a match of a pattern may have: a longer one is not found. A stream is held back by so many."""
    recognisers: tuple[str, ...] = ()
    """Names of recognisers, or of a group of them."""
    models: tuple[str, ...] = ()
    """Names; a `*` stands for any characters."""
    tools: tuple[str, ...] = ()
    """Names of tools, or types of server tools; a `*` stands for any characters. `mcp:NAME` for an MCP server."""
    betas: tuple[str, ...] = ()
    max_body_bytes: int | None = None
    """A longer body is a hit."""
    max_text_characters: int | None = None
    """More text in the whole request is a hit."""
    max_output_tokens: int | None = None
    """A larger `max_tokens` is a hit."""

    @property
    def looks_at_text(self) -> bool:
        """Whether it matches text."""
        return bool(self.words or self.patterns or self.recognisers)

    @property
    def looks_at_what_is_asked(self) -> bool:
        """Whether it matches what is asked for rather than what is said."""
        sizes = (self.max_body_bytes, self.max_text_characters, self.max_output_tokens)
        return bool(self.models or self.tools or self.betas) or any(size is not None for size in sizes)


class Blind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is done with content that cannot be read, each kind by itself."""

    images: Unseen = Unseen.ALLOW
    documents: Unseen = Unseen.ALLOW
    """PDFs and other documents whose bytes are not text."""
    urls: Unseen = Unseen.ALLOW
    """Content that the upstream fetches itself: images and documents by URL."""
    encrypted: Unseen = Unseen.ALLOW
    """Blocks that only Claude can read: `redacted_thinking`, signatures, encrypted results of server tools."""
    files: Unseen = Unseen.ALLOW
    """Uploaded files that are not text, and references to files that were uploaded before."""
    other: Unseen = Unseen.REFUSE
    """Bodies outside the endpoint table that are not JSON, and answers that are compressed."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A policy document as it is written, loaded and stored."""

    name: str
    description: str = ""
    description_zh: str = ""
    mode: Mode = Mode.ENFORCE
    unseen: Blind = Blind()
    rules: tuple[Rule, ...] = ()


class Applied(msgspec.Struct, frozen=True):
    """A policy that a request is under."""

    policy: Policy
    version: int
    """0: from the operator's file."""
    shadow: bool
    """Whether it only counts: its document says so, or its attachment."""


class Hit(NamedTuple):
    """Something that a rule found in a text. Positions count characters of that text as it stands."""

    start: int
    end: int
    kind: str
    """What it is: a recogniser's name, `word`, or `pattern`; in placeholders in capital letters."""
    rule: int
    """The number of the rule in the compiled set."""


class Place(StrEnum):
    """Where something was found."""

    SYSTEM = "system"
    MESSAGES = "messages"
    TOOLS = "tools"
    THINKING = "thinking"
    TOOL_INPUT = "tool_input"
    FILE = "file"
    OTHER = "other"


class Flag(msgspec.Struct, frozen=True):
    """What is written down of a hit: where and by which rule, not what was found."""

    policy: str
    version: int
    rule: str
    action: Action
    """What the rule says; of a policy in shadow, what would have been done."""
    shadow: bool
    on: On
    """`request` or `answer`."""
    place: Place
    kind: str
    count: int = 1


class Scope(StrEnum):
    """What a policy is attached to."""

    ORGANIZATION = "organization"
    WORKSPACE = "workspace"
    KEY = "key"


class Attachment(msgspec.Struct, frozen=True):
    """A stored policy's place: everything in its scope is under it. Times are UTC microseconds."""

    scope: Scope
    scope_id: str
    policy_id: str
    version: int | None
    """None: always the newest."""
    shadow: bool
    created_us: int


class StoredPolicy(msgspec.Struct, frozen=True):
    """A policy that is stored: its document never changes, a new version is added."""

    id: str
    organization_id: str | None
    """Whose it is; None: the operator's, for everybody."""
    name: str
    version: int
    document: bytes
    """The policy in JSON, words of files included."""
    created_us: int
    created_by: str
