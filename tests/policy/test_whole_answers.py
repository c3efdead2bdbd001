"""Answers that are no stream of events are screened and restored: Messages, chats, errors, results of batches, files, unknown paths."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claude.streams import answer_body
from tests.policy.answers import BLOCK, MAPPING, RULES, block, fed, pieces_of, policies, redacted, screens, stream
from tests.policy.texts import BYTE_CUTS, INPUTS, TEXTS, deep
from yumen.claude.endpoints import ENDPOINTS, OTHER, Endpoint
from yumen.errors import PolicyBlocked, UpstreamRubbish
from yumen.policy.answer_json import changed_answer
from yumen.policy.compiled import Compiled
from yumen.policy.findings import Findings
from yumen.policy.looks import Look, Restores
from yumen.policy.result_lines import ResultLines
from yumen.policy.screening import INLINE_BYTES, AnswerScreening, Screening
from yumen.policy.text_stream import AnyBytes, TextBytes
from yumen.policy.values import Action, Blind, Rule, Unseen

RULED = policies(*RULES)
STRICT = policies(*RULES, BLOCK)
BY_NAME = {endpoint.name: endpoint for endpoint in (*ENDPOINTS, OTHER)}


class Asked:
    """As much of an exchange as is asked for."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint


def screening(name: str, compiled: Compiled = RULED, mapping: Mapping[str, str] = MAPPING) -> AnswerScreening | None:
    """How an endpoint's answers are screened."""
    exchange: Any = Asked(BY_NAME[name])
    return Screening()(exchange, compiled, Findings(compiled), mapping)


async def changed(name: str, body: bytes, status: int = 200, compiled: Compiled = RULED) -> bytes:
    """What goes on of a plain answer, before values are put back."""
    made = screening(name, compiled)
    assert made is not None
    assert made.screen is not None
    return await made.screen.whole(status, body)


@given(TEXTS, INPUTS, TEXTS)
def test_a_message_reads_like_its_screened_texts(text: str, value: object, thought: str) -> None:
    """Text and tool input are redacted in place, a thinking block with a hit is left out, and everything else keeps its bytes."""
    thinking = {"type": "thinking", "thinking": thought, "signature": "c2VjcmV0"}
    body = answer_body(
        content=[thinking, {"type": "text", "text": text}, {"type": "tool_use", "id": "secret", "name": "note", "input": value}]
    )
    new = changed_answer(body, screens(RULED, MAPPING))
    *thoughts, said, used = json.loads(new)["content"]
    assert said["text"] == redacted(text, RULED, MAPPING)
    assert used["input"] == deep(value, lambda each: redacted(each, RULED, MAPPING))
    assert thoughts == ([thinking] if redacted(thought, RULED, MAPPING) == thought else [])
    if (said["text"], used["input"], thoughts) == (text, value, [thinking]):
        assert new == body


def test_a_message_of_thinking_alone_becomes_empty() -> None:
    """Where nothing is left of the content, it is an empty list, and the rest is as it was."""
    body = answer_body(content=[{"type": "thinking", "thinking": "a secret", "signature": "c2VjcmV0"}])
    assert json.loads(changed_answer(body, screens(RULED))) == json.loads(body) | {"content": []}


async def test_every_kind_of_plain_answer() -> None:
    """A chat's text and arguments, a legacy completion's Message, an error's message, and one that is no JSON, are all looked at."""
    function = {"name": "f", "arguments": '{"secret": "[EMAIL_0123456789]", "n": 1}'}
    chat = json.dumps({"choices": [{"message": {"content": "a secret", "tool_calls": [{"id": "1", "function": function}]}}]}).encode()
    said = json.loads(await changed("chat.completions", chat))["choices"][0]["message"]
    assert said["content"] == "a [WORD]"
    assert json.loads(said["tool_calls"][0]["function"]["arguments"]) == {"[WORD]": "[EMAIL_0123456789]", "n": 1}
    assert b"a [WORD]" in await changed("complete", answer_body(content=[{"type": "text", "text": "a secret"}]))
    assert b"no [WORD]" in await changed("messages", b'{"type":"error","error":{"type":"api_error","message":"no secret"}}', 500)
    assert await changed("messages", b"<p>no secret</p>", 502) == b"<p>no [WORD]</p>"
    assert await changed("messages", b"") == b""
    with pytest.raises(UpstreamRubbish):
        await changed("messages", b"<p>no secret</p>")
    with pytest.raises(PolicyBlocked, match="No bombs"):
        await changed("messages", answer_body(content=[{"type": "text", "text": "a bomb"}]), compiled=STRICT)
    long = answer_body(content=[{"type": "text", "text": "a secret " * 10_000}])
    assert b"secret" not in await changed("messages", long)


async def test_values_come_back_in_plain_answers() -> None:
    """In texts, tool input, arguments in JSON within JSON, and errors; in thinking in the form in which they were made."""
    made = screening("messages", policies())
    assert made is not None
    assert made.screen is None
    assert made.restore is not None
    placeholder = "[email\\_0123456789]"
    thinking = {"type": "thinking", "thinking": f"{placeholder} [EMAIL_0123456789]", "signature": "c2ln"}
    content = [thinking, {"type": "text", "text": placeholder}, {"type": "tool_use", "input": {placeholder: "[WORD_ABCDEFGHJK]"}}]
    thought, said, used = json.loads(await made.restore.whole(200, answer_body(content=content)))["content"]
    assert thought["thinking"] == f"{placeholder} ann@example.com"
    assert said["text"] == "ann@example.com"
    assert used["input"] == {"ann@example.com": MAPPING["[WORD_ABCDEFGHJK]"]}
    arguments = json.dumps({"a": "[WORD_ABCDEFGHJK]"})
    restored = json.loads(await made.restore.whole(200, json.dumps({"function": {"arguments": arguments}}).encode()))
    assert json.loads(restored["function"]["arguments"]) == {"a": MAPPING["[WORD_ABCDEFGHJK]"]}


async def test_a_long_answer_is_looked_at_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the others' streams go on meanwhile: in a thread of its own, be it a Message or an error."""
    here = threading.current_thread()
    threads: list[threading.Thread] = []

    def looked(body: bytes, look: Look) -> bytes:  # noqa: ARG001  (as the one in whose place it stands)
        threads.append(threading.current_thread())
        return body

    for name in ("changed_answer", "changed_error"):
        monkeypatch.setattr(f"yumen.policy.screening.{name}", looked)
    for status in (200, 500):
        for size in (INLINE_BYTES, INLINE_BYTES + 1):
            await changed("messages", b"x" * size, status)
    assert [each is here for each in threads] == [True, False, True, False]


def test_a_stream_is_changed_by_what_its_endpoint_answers_with() -> None:
    """A chat's texts grow from chunk to chunk, a Message's from delta to delta, and an unknown path's too."""
    chat = [b'data: {"choices":[{"delta":{"content":"%b"}}]}\n\n' % piece for piece in (b"a sec", b"ret")]
    for name, events in (("chat.completions", chat), ("messages", stream(("text", ["a sec", "ret"]))), ("other", chat)):
        made = screening(name)
        assert made is not None
        assert made.screen is not None
        passed = fed(made.screen.stream(), events)
        assert b"[WORD]" in passed
        assert b"ret" not in passed


async def test_placeholders_of_the_exchange_are_no_hits() -> None:
    """What a rule would find inside of one stays, so that it becomes the caller's value; what looks like one is found."""
    body = answer_body(content=[{"type": "text", "text": "[EMAIL_0123456789] [EMAIL_9999999999]"}])
    ruled = policies(Rule("codes", Action.REDACT, "No.", patterns=("EMAIL_[0-9]{10}",)))
    said = json.loads(await changed("messages", body, compiled=ruled))["content"][0]["text"]
    assert said == "[EMAIL_0123456789] [[PATTERN]]"


async def test_a_policy_that_refuses_the_unreadable_alone_screens_answers() -> None:
    """Blocks that only Claude can read are left out where no rule looks at answers, too."""
    made = screening("messages", policies(blind=Blind(encrypted=Unseen.REFUSE)), {})
    assert made is not None
    assert made.screen is not None
    sealed = {"type": "redacted_thinking", "data": "c2VjcmV0"}
    fine = {"type": "text", "text": "fine"}
    assert json.loads(await made.screen.whole(200, answer_body(content=[sealed, fine])))["content"] == [fine]


def test_answers_without_content_pass() -> None:
    """Lists, counts and models are not looked at, and nothing at all where no rule is for answers."""
    assert screening("models.list", RULED, {}) is None
    assert screening("batches.list", RULED, {}) is None
    assert screening("count_tokens", RULED, {}) is None
    assert screening("messages", policies(), {}) is None
    assert screening("messages", RULED, {}) is not None


# ── results of batches ──────────────────────────────────────────────────────


def result(number: int, text: str) -> bytes:
    """One line."""
    message = json.loads(answer_body(content=[{"type": "text", "text": text}]))
    return json.dumps({"custom_id": f"my-{number}", "result": {"type": "succeeded", "message": message}}).encode()


@given(BYTE_CUTS, st.sampled_from([b"", b"\n"]))
def test_results_line_by_line(byte_cuts: list[int], last: bytes) -> None:
    """Each line is changed as the answer in it would have been; one that a rule blocks says so, and the others stay to be had."""
    lines = b"\n".join([result(1, "fine"), result(2, "a secret"), result(3, "a bomb"), result(4, "fine")]) + last
    edited = fed(ResultLines(screens(STRICT)), pieces_of(lines, byte_cuts))
    one, two, three, four = edited.removesuffix(last).split(b"\n")
    assert (one, four) == (result(1, "fine"), result(4, "fine"))
    assert two == result(2, "a [WORD]")
    blocked = json.loads(three)
    assert (blocked["custom_id"], blocked["result"]["type"]) == ("my-3", "errored")
    assert blocked["result"]["error"]["error"]["type"] == "policy_blocked"


def test_a_result_that_cannot_be_looked_at_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is no JSON, or too long to be kept, or blocked without saying whose it is, ends the answer."""
    with pytest.raises(UpstreamRubbish):
        ResultLines(screens(RULED)).feed(b"{\n")
    with pytest.raises(UpstreamRubbish):
        ResultLines(screens(STRICT)).feed(b'{"result": "a bomb"}\n')
    monkeypatch.setattr("yumen.policy.result_lines.MAX_LINE_BYTES", 100)
    for pieces in ([b"{" * 101], [b"{" * 60, b"{" * 60]):
        with pytest.raises(UpstreamRubbish):
            fed(ResultLines(screens(RULED)), pieces)


# ── files, and what is not known ────────────────────────────────────────────


@given(TEXTS, BYTE_CUTS)
def test_a_file_of_text_reads_like_the_screened_whole(text: str, byte_cuts: list[int]) -> None:
    """A download is looked at as text, characters of several bytes in pieces too."""
    edited = fed(TextBytes(screens(RULED, MAPPING), json=False, refuses=True), pieces_of(text.encode(), byte_cuts))
    assert edited.decode() == redacted(text, RULED, MAPPING)


@given(BYTE_CUTS)
def test_a_file_that_is_no_text_passes_or_is_refused(byte_cuts: list[int]) -> None:
    """Where files that cannot be seen are allowed, their bytes pass as they are; else nothing but their first text does."""
    for data in (b"\x89PNG\r\n\x1a\n\xff\xfe a note", b"PK\x03\x04\x00\x00", b"text and \xe4\xb8"):
        pieces = pieces_of(data, byte_cuts)
        assert fed(TextBytes(screens(RULED), json=False, refuses=False), pieces) == data
        with pytest.raises(PolicyBlocked):
            fed(TextBytes(screens(RULED), json=False, refuses=True), pieces)


@given(BYTE_CUTS, st.sampled_from([b"\xff", b"\0", b"\xe7\xa6!"]))
def test_a_file_is_text_up_to_its_first_byte_that_is_none(byte_cuts: list[int], end: bytes) -> None:
    """What stands before it is looked at, wherever the pieces end; from there on it passes as what cannot be seen."""
    pieces = pieces_of(b"a note, a secret pin1234" + end + b" secret", byte_cuts)
    assert fed(TextBytes(screens(RULED), json=False, refuses=False), pieces) == b"a note, a [WORD] [PATTERN]" + end + b" secret"


@pytest.mark.parametrize(
    "data",
    [
        b"".join([b": a comment\n\n", *block(0, "text", ["sec", "ret"])]),
        b"id: 1\n" + b"".join(block(0, "text", ["sec", "ret"])),
        b'{"a": {"\\u0073ecret": "b secret"}, "n": 12345678}',
        b'[{"a": "secret"}]',
        b'[EMAIL_0123456789] is secret, "secret" or secret',
        b"{ in code, secret; }",
        b"secret",
        b"".join(block(0, "text", ["sec", "ret"])),
        b'data: {"choices":[{"delta":{"content":"a sec"}}]}\n\ndata: {"choices":[{"delta":{"content":"ret"}}]}\n\ndata: [DONE]\n\n',
    ],
)
def test_an_answer_of_an_unknown_path_is_looked_at_whatever_it_is(data: bytes) -> None:
    """JSON in any escape form, text that only begins like it, and events: no byte of a hit passes, for any two pieces."""
    for at in range(len(data)):
        edited = fed(AnyBytes(screens(RULED), refuses=True), [data[:at], data[at:]])
        assert b"ecret" not in edited
        if data.startswith((b'{"', b"[{")):
            json.loads(edited)


def test_bytes_that_nobody_can_see_are_refused_where_a_policy_says_so() -> None:
    """`other` and `files` refuse what is not text by their own field of the policy, also where no rule looks at answers."""
    for name, blind in (("other", Blind()), ("files.download", Blind(files=Unseen.REFUSE, other=Unseen.ALLOW))):
        made = screening(name, policies(blind=blind), {})
        assert made is not None
        assert made.screen is not None
        with pytest.raises(PolicyBlocked):
            fed(made.screen.stream(), [b"\x00\xff" * 20])
        assert fed(made.screen.stream(), [b"plain words of a text"]) == b"plain words of a text"
        assert screening(name, policies(blind=Blind(other=Unseen.ALLOW)), {}) is None


def test_values_come_back_in_lines_and_files() -> None:
    """The results of a batch and downloads give the caller its own values, escaped where they stand in JSON."""
    line = fed(ResultLines(Restores(MAPPING)), [result(1, "[WORD_ABCDEFGHJK]"), b"\n"])
    assert json.loads(line)["result"]["message"]["content"][0]["text"] == MAPPING["[WORD_ABCDEFGHJK]"]
    text = fed(TextBytes(Restores(MAPPING), json=False, refuses=False), [b"to [EMA", b"IL_0123456789]\n"])
    assert text == b"to ann@example.com\n"
