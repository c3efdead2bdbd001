"""A look at one request: what rules find in it, what is sent in its place, and why nothing may be sent. Pure."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, NamedTuple

from yumen.claude.strings import Change, changed, encoded, spots_in, without
from yumen.errors import InvalidRequest
from yumen.policy.asked import AskedFor, first_block, hits_of
from yumen.policy.asked_in import asked_in
from yumen.policy.deciding import decide, refusal
from yumen.policy.escapes import Escapes, unescaped
from yumen.policy.placeholders import FORM, canonical
from yumen.policy.reading import bytes_of, text_of
from yumen.policy.standing import DATA_URL, Form, Root, Standings
from yumen.policy.values import On, Place, Unseen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.claude.strings import Frame, Spot
    from yumen.policy.compiled import Compiled, CompiledRule
    from yumen.policy.findings import Findings
    from yumen.policy.placeholders import Placeholders
    from yumen.policy.standing import Standing
    from yumen.policy.values import Hit

MEMO_CHARACTERS = 64
"""Texts up to this length come again and again, and are matched once."""
UNSEEN = {
    "images": "an image",
    "documents": "a document that is not text",
    "urls": "content that is fetched from a URL",
    "encrypted": "content that only Claude can read",
    "files": "a file, of which nothing can be seen here",
    "other": "a body that cannot be read",
}
FIXED = "what the rule found stands in a name, a type, a number, an id, an address or a header, where nothing can be put in its place"
ALONE = "what the rule found stands in a thinking block, which cannot be changed, and without which its message would be empty"
UNREPLACED = "what the rule found would have to be replaced, and nothing can be replaced here"


class Terms(NamedTuple):
    """What requests are held to."""

    compiled: Compiled
    findings: Findings
    """Takes what is found."""
    placeholders: Placeholders | None = None
    """Makes what is put in the place of a value; None: no rule replaces anything."""


class Looked(NamedTuple):
    """What a look brought."""

    body: bytes
    """What may be sent: the same bytes where nothing had to be replaced."""
    blocked: str | None = None
    """Why nothing may be sent, in a sentence for the caller; None: it may."""
    redacted: int = 0
    """How many values were replaced."""
    characters: int = 0
    """How many characters of text were looked at."""


class _Blocked(Exception):  # noqa: N818  (no error: how a look ends)
    """Nothing may be sent."""


def look(body: bytes, terms: Terms, root: Root = Root.PROMPT, asked: AskedFor | None = None) -> Looked:
    """Hold a request in JSON to policies. `asked`: what it asks for elsewhere than in its body; None: nothing is asked for by it.

    Raises InvalidRequest where it is no JSON.
    """
    looking = _Looking(terms, root)
    try:
        sent = looking.body(body, asked)
    except _Blocked as blocked:
        return Looked(body, str(blocked), looking.redacted, looking.characters)
    return Looked(sent, None, looking.redacted, looking.characters)


def look_at_text(text: str, terms: Terms, place: Place, *, fixed: bool = False, escapes: Escapes = Escapes.JSON) -> tuple[str, Looked]:
    """Hold a text to policies, such as a file's. Returns it as it may be sent, and the rest of what the look brought.

    `fixed`: nothing can be put in the place of what is found.
    """
    looking = _Looking(terms, Root.OTHER)
    try:
        sent = looking.text(text, place, fixed=fixed, escapes=escapes)
    except _Blocked as blocked:
        return text, Looked(b"", str(blocked), looking.redacted, len(text))
    return sent, Looked(b"", None, looking.redacted, len(text))


def look_at_asked(asked: AskedFor, terms: Terms) -> str | None:
    """Hold what a request asks for to policies; return why it may not, in a sentence for the caller."""
    hits = hits_of(terms.compiled, asked)
    terms.findings.note(hits, On.REQUEST, Place.OTHER)
    rule = first_block(terms.compiled, hits)
    return None if rule is None else refusal(rule)


def unseen_refused(compiled: Compiled, field: str) -> str | None:
    """Return why something that cannot be seen may not pass; None: it may. `field` is one of `Blind`."""
    if getattr(compiled.blind, field) is Unseen.ALLOW:
        return None
    return f"This request holds {UNSEEN[field]}, and a content policy lets nothing pass that it cannot see."


class _Looking:
    """One look."""

    def __init__(self, terms: Terms, root: Root) -> None:
        self._terms = terms
        self._root = root
        self._known: dict[str, tuple[Hit, ...]] = {}
        self.redacted = 0
        self.characters = 0

    def body(self, body: bytes, asked: AskedFor | None) -> bytes:
        """Return a JSON text as it may be sent."""
        spots, standings = spots_in(body), Standings(self._root)
        changes: list[Change] = []
        thoughts: list[tuple[Spot, Standing]] = []
        for spot in spots:
            standing = standings.of(spot)
            if standing is None:
                continue
            self._unseen(standing)
            if standing.place is Place.THINKING:
                thoughts.append((spot, standing))
            else:
                changes += self._change(spot, standing)
        if asked is not None:
            self._asked(asked_in(spots, standings, asked, self.characters))
        gone: list[Frame] = []
        for spot, standing in thoughts:  # last: by now it is known which values have placeholders
            if spot.frame is not None and not self._thought(spot, standing, changes):
                gone.append(spot.frame)
        return changed(body, self._dropped(gone, changes) if gone else changes)

    def text(self, text: str, place: Place, *, fixed: bool, escapes: Escapes = Escapes.JSON) -> str:
        """Return a text as it may be sent. Raises _Blocked."""
        self.characters += len(text)
        decided = decide(self._terms.compiled, self._hits_in(text, escapes))
        if decided.noted:
            self._terms.findings.note(decided.noted, On.REQUEST, place, text)
        if decided.block is not None:
            raise _Blocked(refusal(self._rule(decided.block.rule)))
        if not decided.acts:
            return text
        if fixed:
            raise _Blocked(f"{refusal(self._rule(decided.acts[0].rule))}: {FIXED}")
        placeholders = self._terms.placeholders
        if placeholders is None:
            raise _Blocked(f"{refusal(self._rule(decided.acts[0].rule))}: {UNREPLACED}")
        pieces, at = list[str](), 0
        for act in decided.acts:
            written = text[act.start : act.end]
            plain = unescaped(written, escapes)
            pieces += (text[at : act.start], placeholders.of(act.kind, written if plain is None else plain.text))
            at = act.end
        self.redacted += len(decided.acts)
        return "".join((*pieces, text[at:]))

    # ── one string ──────────────────────────────────────────────────────────

    def _change(self, spot: Spot, standing: Standing) -> list[Change]:
        if standing.form is Form.OPAQUE:
            return []
        if standing.form is Form.JSON:
            new = self._inner(spot.text)
        elif standing.form is Form.BASE64:
            new = self._encoded(spot.text)
        else:
            escapes = Escapes.URL if standing.form is Form.URL else Escapes.JSON
            new = self.text(spot.text, standing.place, fixed=standing.fixed, escapes=escapes)
        return [] if new == spot.text else [Change(spot.start, spot.end, encoded(new))]

    def _inner(self, text: str) -> str:
        """Return JSON that stands in a string; what is no JSON is a text."""
        looking = _Looking(self._terms, Root.INPUT)
        try:
            raw = text.encode("utf-8", "backslashreplace")  # half of a surrogate pair becomes its escape in JSON
            new = looking.body(raw, None)
        except InvalidRequest:
            return self.text(text, Place.TOOL_INPUT, fixed=False)
        finally:
            self.redacted += looking.redacted
            self.characters += looking.characters
        return text if new == raw else new.decode()

    def _encoded(self, text: str) -> str:
        """Return text that stands in base64; what is none cannot be seen."""
        url = DATA_URL.match(text)
        head = "" if url is None else url[0]
        data = bytes_of(text[len(head) :])
        if data is None:
            self._refuse_unseen("documents")
            return self.text(text, Place.MESSAGES, fixed=True)
        coding, plain = text_of(data)
        if plain is None:
            self._refuse_unseen("documents")
            return text
        new = self.text(plain, Place.MESSAGES, fixed=False)
        return text if new == plain else head + base64.b64encode(new.encode(coding)).decode()

    def _hits_in(self, text: str, escapes: Escapes = Escapes.JSON) -> Sequence[Hit]:
        """Return what is found in a text as it stands, and as it is read without its escapes."""
        hits = self._hits(text)
        plain = unescaped(text, escapes)
        return hits if plain is None else sorted({*hits, *plain.moved(self._hits(plain.text))})

    def _hits(self, text: str) -> tuple[Hit, ...]:
        matcher = self._terms.compiled.request
        if matcher is None or not text:
            return ()
        if len(text) > MEMO_CHARACTERS:
            return self._found(text, matcher.hits(text))
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._found(text, matcher.hits(text))
        return known

    def _found(self, text: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return hits but for those inside of this conversation's placeholders. In the form of any others, anything could be said."""
        placeholders = self._terms.placeholders
        if not hits or placeholders is None or "[" not in text:
            return tuple(hits)
        spans = [match.span() for match in FORM.finditer(text) if canonical(match[0]) in placeholders.mapping]
        return tuple(hit for hit in hits if not any(start <= hit.start and hit.end <= end for start, end in spans))

    def _rule(self, number: int) -> CompiledRule:
        return self._terms.compiled.rules[number]

    # ── the whole ───────────────────────────────────────────────────────────

    def _asked(self, asked: AskedFor) -> None:
        why = look_at_asked(asked, self._terms)
        if why is not None:
            raise _Blocked(why)

    def _unseen(self, standing: Standing) -> None:
        if standing.unseen is not None:
            self._refuse_unseen(standing.unseen)

    def _refuse_unseen(self, field: str) -> None:
        why = unseen_refused(self._terms.compiled, field)
        if why is not None:
            raise _Blocked(why)

    # ── thinking ────────────────────────────────────────────────────────────

    def _thought(self, spot: Spot, standing: Standing, changes: list[Change]) -> bool:
        """Bring a thinking block to the bytes that Claude signed: with the placeholders that it saw. False: that cannot be done.

        The caller has seen its own values in it. They stand in the rest of the conversation too, where they were replaced by now.
        """
        text = self._replaced_again(spot.text)
        self.characters += len(text)
        decided = decide(self._terms.compiled, self._hits_in(text))
        self._terms.findings.note(decided.noted, On.REQUEST, standing.place, text)
        if decided.block is not None:
            raise _Blocked(refusal(self._rule(decided.block.rule)))
        if text != spot.text:
            changes.append(Change(spot.start, spot.end, encoded(text)))
        return not decided.acts

    def _replaced_again(self, text: str) -> str:
        placeholders = self._terms.placeholders
        known = {} if placeholders is None else {value: name for name, value in placeholders.mapping.items() if value in text}
        if not known:
            return text
        longest_first = sorted(known, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, longest_first)), lambda match: known[match[0]], text)

    def _dropped(self, gone: list[Frame], changes: list[Change]) -> list[Change]:
        """Return the changes with some thinking blocks left out: what others than Claude changed in them would not pass its signature."""
        left_out = without(gone)
        if left_out is None:
            raise _Blocked(f"A content policy does not allow this: {ALONE}.")
        self.redacted += len(gone)
        spans = [(frame.start, frame.end) for frame in gone]
        return [*left_out, *(each for each in changes if not any(start <= each.start < end for start, end in spans))]
