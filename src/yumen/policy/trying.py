"""A policy is tried out: what its rules hit in a text or a body, where, and what would be sent. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from yumen.claude.batch_items import ItemCutter
from yumen.claude.strings import check_json, spots_in
from yumen.errors import PolicyBlocked
from yumen.policy.answer_json import changed_answer
from yumen.policy.asked import AskedFor
from yumen.policy.compiled import compile_policies
from yumen.policy.findings import Findings
from yumen.policy.growing import rewritten
from yumen.policy.lines import Lines
from yumen.policy.looks import Screens
from yumen.policy.placeholders import Placeholders
from yumen.policy.request import Looked, Terms, look, look_at_text
from yumen.policy.standing import Root
from yumen.policy.values import Applied, On, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.claude.strings import Frame, Spot
    from yumen.policy.compiled import Compiled
    from yumen.policy.values import Hit, Policy

SECRET = b"the secret of an organization, for somebody who tries a policy out"


class Standing(NamedTuple):
    """A string of a body, and where it stands."""

    spot: Spot
    line: int
    column: int


class Shown(msgspec.Struct, frozen=True):
    """One hit, as it is shown to whoever tries a policy out."""

    line: int
    """Of the string that it is in, from 1; 0: it is in no string, such as a size."""
    column: int
    path: str
    """Where in the JSON, such as `messages[0].content`; empty in a text."""
    place: str
    rule: str
    action: str
    kind: str
    found: str


class Tried(msgspec.Struct, frozen=True):
    """What a policy does with a text or a body."""

    hits: tuple[Shown, ...]
    blocked: str | None
    """What the caller would read; None: it passes."""
    sent: str
    """What would be sent to Claude, or to the caller; placeholders are other ones in each organization."""


class Asking(msgspec.Struct):
    """What is read of a body that is asked."""

    max_tokens: int | None = None
    params: Asking | None = None
    """What one request of a batch asks."""
    requests: list[msgspec.Raw] | None = None
    """Those of a batch."""


def try_text(policy: Policy, text: str, on: On) -> Tried:
    """Try a policy out on a text."""
    if on is On.ANSWER:
        return try_answer(policy, text)
    seen = Seen(ready(policy, act=False))
    look_at_text(text, seen.terms(), Place.MESSAGES)
    sent, looked = look_at_text(text, terms_of(policy), Place.MESSAGES)
    return Tried(tuple(seen.in_text(text)), looked.blocked, "" if looked.blocked is not None else sent)


def try_body(policy: Policy, body: bytes, on: On) -> Tried:
    """Try a policy out on the body of a request, or of an answer, for messages. Raises InvalidRequest where it is no JSON."""
    if on is On.ANSWER:
        return try_answered_body(policy, body)
    seen = Seen(ready(policy, act=False))
    look_through(body, seen.terms())
    looked = look_through(body, terms_of(policy))
    sent = "" if looked.blocked is not None else looked.body.decode("utf-8", "replace")
    return Tried(tuple(seen.in_body(body)), looked.blocked, sent)


def ready(policy: Policy, *, act: bool) -> Compiled:
    """Return a policy compiled as if it acted, or as if it only counted, so that no hit ends the look."""
    return compile_policies((Applied(policy, 0, shadow=not act),))


def terms_of(policy: Policy) -> Terms:
    """Return the terms of a look that acts."""
    compiled = ready(policy, act=True)
    return Terms(compiled, Findings(compiled), Placeholders(SECRET))


def look_through(body: bytes, terms: Terms) -> Looked:
    """Hold a request to policies, or a batch, each of its requests by itself, as the gateway does. Raises InvalidRequest."""
    if read_asking(body).requests is None:
        return look(body, terms, Root.PROMPT, asked_by(body))
    cutter, sent, around = ItemCutter(), b"", b""
    for cut in cutter.feed(body):
        looked = look(cut.data, terms, Root.ITEM, asked_by(cut.data)) if cut.item else Looked(cut.data)
        if looked.blocked is not None:
            return looked
        sent += looked.body
        around += b"0" if cut.item else cut.data
    end = cutter.end()
    beside = look(around + end, terms._replace(placeholders=None), Root.OTHER)  # nothing can be put in its place there
    return Looked(sent + end, beside.blocked)


def asked_by(body: bytes) -> AskedFor:
    """Return what a body, or one request of a batch, asks for beside what its strings say."""
    asking = read_asking(body)
    return AskedFor(body_bytes=len(body), max_output_tokens=(asking.params or asking).max_tokens)


def read_asking(body: bytes) -> Asking:
    """Read what a body asks; nothing where it cannot be read."""
    try:
        return msgspec.json.decode(body, type=Asking)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Asking()


class Seen:
    """Takes everything that a look finds."""

    def __init__(self, compiled: Compiled) -> None:
        """Look with those rules."""
        self._compiled = compiled
        self._noted: list[tuple[Sequence[Hit], Place, str]] = []

    def terms(self) -> Terms:
        """Return the terms of a look that is seen."""
        return Terms(self._compiled, Findings(self._compiled, seen=self._take), Placeholders(SECRET))

    def screens(self) -> Screens:
        """Return the look at an answer that is seen."""
        return Screens(self._compiled, Findings(self._compiled, seen=self._take), {})

    def _take(self, hits: Sequence[Hit], place: Place, text: str) -> None:
        self._noted.append((hits, place, text))

    def in_text(self, text: str) -> Iterable[Shown]:
        """Yield what was found in a text."""
        lines = Lines(text)
        for hits, place, _ in self._noted:
            for hit in hits:
                yield shown(self._compiled, hit, (*lines.at(hit.start), ""), (place, text))

    def in_body(self, body: bytes) -> Iterable[Shown]:
        """Yield what was found in a body, each with the string that it is in; equal strings come in their order."""
        spots: dict[str, list[Standing]] = {}
        for standing in standings(body):
            spots.setdefault(standing.spot.text, []).append(standing)
        for hits, place, text in self._noted:
            there = spots.get(text, []) if text else []
            first = (there.pop(0) if len(there) > 1 else there[0]) if there else None
            where = (0, 0, "") if first is None else (first.line, first.column, path_of(first.spot))
            for hit in hits:
                yield shown(self._compiled, hit, where, (place, text))


def shown(compiled: Compiled, hit: Hit, where: tuple[int, int, str], what: tuple[Place, str]) -> Shown:
    """Return a hit as it is shown. `where`: line, column, path; `what`: the place, and the text."""
    rule = compiled.rules[hit.rule].rule
    place, text = what
    return Shown(*where, place, rule.name, rule.action, hit.kind, text[hit.start : hit.end])


def standings(body: bytes) -> Iterable[Standing]:
    """Yield where each string of a body stands, in characters. Raises InvalidRequest where it is no JSON."""
    lines, done, offset = Lines(body.decode("utf-8", "replace")), 0, 0
    for spot in spots_in(body):
        offset += len(body[done : spot.start].decode("utf-8", "replace"))
        done = spot.start
        yield Standing(spot, *lines.at(offset))


def path_of(spot: Spot) -> str:
    """Return a string's path, such as `messages[0].content`."""
    parts = [] if spot.frame is None or spot.frame.array else [f".{spot.key}"]
    frame: Frame | None = spot.frame
    while frame is not None and frame.outer is not None:
        outer = frame.outer
        parts.append(f"[{frame.place}]" if outer.array else f".{frame.under}")
        frame = outer
    return "".join(reversed(parts)).removeprefix(".")


# ── answers ─────────────────────────────────────────────────────────────────


def try_answer(policy: Policy, text: str) -> Tried:
    """Try answer rules out on a text, as Claude's answers are screened."""
    seen = Seen(ready(policy, act=False))
    seen.screens().finder(Place.MESSAGES).find(text, 0, last=True)
    hits = tuple(seen.in_text(text))
    try:
        changes = screens_of(policy).finder(Place.MESSAGES).find(text, 0, last=True).changes
    except PolicyBlocked as blocked:
        return Tried(hits, blocked.message, "")
    return Tried(hits, None, rewritten(text, changes))


def try_answered_body(policy: Policy, body: bytes) -> Tried:
    """Try answer rules out on the JSON of an answer that is here as a whole. Raises InvalidRequest where it is no JSON."""
    check_json(body)
    seen = Seen(ready(policy, act=False))
    changed_answer(body, seen.screens())
    hits = tuple(seen.in_body(body))
    try:
        sent = changed_answer(body, screens_of(policy))
    except PolicyBlocked as blocked:
        return Tried(hits, blocked.message, "")
    return Tried(hits, None, sent.decode("utf-8", "replace"))


def screens_of(policy: Policy) -> Screens:
    """Return the look at an answer that acts."""
    compiled = ready(policy, act=True)
    return Screens(compiled, Findings(compiled), {})
