"""Answers for tests of their screening: policies over them, streams of them in any pieces, and what the whole should read like."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any, Protocol

from tests.claude.streams import STOP, message_delta, sse, start
from yumen.claude import event_data
from yumen.policy.compiled import Compiled, compile_policies
from yumen.policy.deciding import decide
from yumen.policy.findings import Findings
from yumen.policy.looks import Screens
from yumen.policy.placeholders import FORM, canonical, mark
from yumen.policy.values import Action, Applied, Blind, Mode, Policy, Rule

MAPPING = {"[EMAIL_0123456789]": "ann@example.com", "[WORD_ABCDEFGHJK]": 'the "secret"\n号', "[EMAIL_0123456ZZZ]": "bob@example.com"}
FORBIDDEN = ("secret", "禁词")
RULES = (
    Rule("words", Action.REDACT, "No.", words=FORBIDDEN),
    Rule("pin", Action.REDACT, "No.", patterns=(r"\bpin[0-9]{4}",), pattern_reach=8),
    Rule("fine", Action.ALLOW, "Yes.", words=("secret garden",)),
    Rule("seen", Action.FLAG, "Hm.", words=("note",)),
)
BLOCK = Rule("bombs", Action.BLOCK, "No bombs here.", words=("bomb",))


class Edited(Protocol):
    """What changes a stream."""

    def feed(self, data: bytes) -> bytes:
        """Return what goes on."""

    def end(self) -> bytes:
        """Return the rest."""


def policies(*rules: Rule, blind: Blind | None = None, mode: Mode = Mode.ENFORCE) -> Compiled:
    """One policy with those rules."""
    policy = Policy("test", mode=mode, rules=rules, unseen=blind or Blind())
    return compile_policies((Applied(policy, 1, shadow=mode is Mode.SHADOW),))


def screens(compiled: Compiled, mapping: dict[str, str] | None = None) -> Screens:
    """The look for what is forbidden."""
    return Screens(compiled, Findings(compiled), mapping or {})


def redacted(text: str, compiled: Compiled, mapping: dict[str, str] | None = None) -> str:
    """What a whole text reads like when it was screened, by the rules themselves."""
    assert compiled.answer is not None
    spans = [found.span() for found in FORM.finditer(text) if canonical(found[0]) in (mapping or {})]
    hits = [hit for hit in compiled.answer.hits(text) if not any(begin <= hit.start and hit.end <= end for begin, end in spans)]
    decided = decide(compiled, hits)
    assert decided.block is None
    for act in reversed(decided.acts):
        text = text[: act.start] + mark(act.kind) + text[act.end :]
    return text


def restored(text: str, mapping: dict[str, str]) -> str:
    """What a whole text reads like with the caller's values in it."""
    return FORM.sub(lambda found: mapping.get(canonical(found[0]), found[0]), text)


DELTAS = {"text": ("text_delta", "text"), "thinking": ("thinking_delta", "thinking"), "tool_use": ("input_json_delta", "partial_json")}


def block(index: int, kind: str, pieces: Sequence[str]) -> list[bytes]:
    """One block of a stream, whose text comes in those pieces."""
    begun: dict[str, Any] = {
        "text": {"type": "text", "text": ""},
        "thinking": {"type": "thinking", "thinking": "", "signature": ""},
        "tool_use": {"type": "tool_use", "id": f"toolu_{index}", "name": "look_up", "input": {}},
    }[kind]
    delta, key = DELTAS[kind]
    signed = {"type": "signature_delta", "signature": "c2lnbmVk"}
    return [
        sse("content_block_start", index=index, content_block=begun),
        *(sse("content_block_delta", index=index, delta={"type": delta, key: piece}) for piece in pieces),
        *([sse("content_block_delta", index=index, delta=signed)] if kind == "thinking" else []),
        sse("content_block_stop", index=index),
    ]


def stream(*blocks: tuple[str, Sequence[str]]) -> list[bytes]:
    """A whole stream, event by event."""
    return [start(), *(event for index, each in enumerate(blocks) for event in block(index, *each)), message_delta(), STOP]


def pieces_of(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    """Bytes, cut at those places."""
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[begin:end] for begin, end in itertools.pairwise(places)]


def fed(edited: Edited, pieces: Sequence[bytes]) -> bytes:
    """All that goes on of a stream in those pieces."""
    return b"".join([edited.feed(piece) for piece in pieces]) + edited.end()


def said(data: bytes) -> list[dict[str, Any]]:
    """The data of a stream's events."""
    return [json.loads(event_data(each)) for each in data.split(b"\n\n") if each]


def content(data: bytes) -> list[dict[str, Any]]:
    """The blocks of a stream, put together as any client does: by position, which must be without gaps."""
    blocks: list[dict[str, Any]] = []
    for each in said(data):
        match each["type"]:
            case "content_block_start":
                assert each["index"] == len(blocks)
                blocks.append({**each["content_block"], "input": ""} if "input" in each["content_block"] else dict(each["content_block"]))
            case "content_block_delta":
                block, delta = blocks[each["index"]], dict(each["delta"])
                kind = delta.pop("type")
                for key, value in ((key, value) for key, value in delta.items() if isinstance(value, str)):
                    name = "input" if kind == "input_json_delta" else key
                    block[name] = (block.get(name) or "") + value
    return blocks


def everything() -> list[bytes]:
    """A stream with every kind of event that is known, and some that are not."""
    result = {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [{"type": "web_search_result", "title": "found", "url": "https://a.b"}],
    }
    citation = {"type": "char_location", "cited_text": "quoted", "document_title": "paper", "start_char_index": 0, "end_char_index": 5}
    padded = b'event: content_block_stop\ndata: {"type":"content_block_stop","index":3    }\n\n'
    refusal = {"stop_reason": "refusal", "stop_details": {"type": "refusal", "explanation": "explained"}}
    return [
        b": welcome\n\n",
        start(),
        *block(0, "thinking", ["I think"]),
        sse("ping"),
        *block(1, "text", ["Well", ", you\n"])[:-1],
        sse("content_block_delta", index=1, delta={"type": "citations_delta", "citation": citation}),
        sse("content_block_stop", index=1),
        sse("content_block_start", index=2, content_block=result),
        sse("content_block_stop", index=2),
        sse("content_block_start", index=3, content_block={"type": "redacted_thinking", "data": "c2VjcmV0"}),
        padded,
        sse("content_block_start", index=4, content_block={"type": "compaction", "content": None}),
        sse("content_block_delta", index=4, delta={"type": "compaction_delta", "content": "summed", "encrypted_content": "EpwB"}),
        sse("content_block_stop", index=4),
        *block(5, "tool_use", ["", '{"alpha": 1, "be', 'ta": [1234567890, "\\u00', 'e9 gamma"]}']),
        sse("something_new", text="new words"),
        sse("message_delta", delta=refusal, usage={"output_tokens": 15}),
        STOP,
    ]
