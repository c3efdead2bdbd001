"""Ids of owned things are found wherever they count, in every spelling, and not where they do not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.keys.owners.rules import (
    UNFINISHED,
    Kind,
    Named,
    id_shown,
    ids_in_body,
    ids_in_path,
    ids_made_by_message,
    ids_outside_tools,
    may_name,
)

FILE = Named(Kind.FILE, "file_1")
CONTAINER = Named(Kind.CONTAINER, "container_1")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/files/file_1/content", {FILE}),
        ("/v1/files/file%5f1", {FILE}),
        ("/v1/files/%66ile_1", {FILE}),
        ("/v1/messages/batches/msgbatch_1/results", {Named(Kind.BATCH, "msgbatch_1")}),
        ("/v1/models/claude-haiku-4-5", set()),
        ("/v1/files", set()),
    ],
)
def test_ids_in_a_path(path: str, named: set[Named]) -> None:
    """A path's segments that look like ids are found, escapes undone."""
    assert ids_in_path(path) == named


def message(*blocks: object, **fields: object) -> bytes:
    """A Messages body with these blocks."""
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": list(blocks)}], **fields}).encode()


DOCUMENT = {"type": "document", "source": {"type": "file", "file_id": "file_1"}}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (message(DOCUMENT), {FILE}),
        (message({"type": "container_upload", "file_id": "file_1"}), {FILE}),
        (message({"type": "tool_result", "content": [DOCUMENT]}), {FILE}),
        (message({"type": "text", "text": "hi"}, container="container_1"), {CONTAINER}),
        (message(container={"skills": [{"type": "custom", "id": "no"}], "id": "container_1"}), {CONTAINER}),
        (message(container={"skills": []}), set()),
        (message(container=None), set()),
        (message({"type": "text", "text": '{"file_id": "file_2"}'}), set()),
        (message({"type": "text", "text": 'say "file_id": "file_2"'}), set()),
        (b'{"a":1,"file_id"  :\n "file_1"}', {FILE}),
        (rb'{"\u0066ile\u005Fid":"file\u005f1"}', {FILE}),
        (rb'{"\u0063ontainer":{"\u0069d":"container_1"}}', {CONTAINER}),
        (b'{"container":{"id":"container_1","id":"x"}}', {CONTAINER, Named(Kind.CONTAINER, "x")}),
        (b'{"source":{"file_id":"file_1","file_id":"x"}}', {FILE, Named(Kind.FILE, "x")}),
        (
            b'{"requests":[{"custom_id":"a","params":{"container":"container_1"}},{"params":{"x":[[{"file_id":"file_1"}]]}}]}',
            {FILE, CONTAINER},
        ),
    ],
)
def test_ids_in_a_body(body: bytes, named: set[Named]) -> None:
    """Every `file_id` and container of a body is found by the quick and by the exact way; text that talks of them is not."""
    assert ids_in_body(body) == named
    assert ids_outside_tools(body) == named
    assert may_name(body) or not named


@pytest.mark.parametrize(
    "block",
    [
        {"type": "tool_use", "id": "toolu_1", "name": "drive", "input": {"file_id": "file_2"}},
        {"type": "server_tool_use", "input": {"deep": [{"file_id": "file_2"}]}},
        {"input_schema": {"default": {"file_id": "file_2"}}},
    ],
)
def test_a_tools_own_words_do_not_count(block: object) -> None:
    """A tool may have an argument of that name: the exact way leaves it to the caller, the quick way errs on the safe side."""
    body = message(block)
    assert ids_in_body(body) == {Named(Kind.FILE, "file_2")}
    assert ids_outside_tools(body) == set()


def test_a_block_with_two_types_hides_nothing() -> None:
    """A block that claims to be a tool's call and something else is read at its worst."""
    assert ids_outside_tools(b'{"m":[{"type":"tool_use","type":"document","input":{"file_id":"file_1"}}]}') == {FILE}


def test_a_body_that_cannot_be_walked_is_taken_at_its_worst() -> None:
    """Nesting beyond the parser, or broken JSON, does not hide an id."""
    deep = b'{"a":' + b"[" * 200_000 + b'{"type":"tool_use","input":{"file_id":"file_1"}}' + b"]" * 200_000 + b"}"
    assert ids_outside_tools(deep) == {FILE}
    assert ids_outside_tools(b'{"file_id":"file_1"') == {FILE}


@st.composite
def spelled(draw: st.DrawFn, word: str) -> str:
    """A word in JSON with any of its letters escaped."""
    return "".join(draw(st.sampled_from([letter, f"\\u{ord(letter):04x}", f"\\u{ord(letter):04X}"])) for letter in word)


@given(spelled("file_id"), spelled("file_1"), st.text(" \t\n\r", max_size=3), st.text(" \t\n\r", max_size=3))
def test_every_spelling_is_found(key: str, value: str, before: str, after: str) -> None:
    """No escape form and no white space hides an id."""
    body = f'{{"a":[1,{{{before}"{key}"{after}:{before}"{value}"}}]}}'.encode()
    assert may_name(body)
    assert ids_in_body(body) == ids_outside_tools(body) == {FILE}


BATCH_BODY = rb'{"requests":[{"params":{"container":{"pad":"%b","id":"container_1"},"a":{"\u0066ile_id"%b:%b"file_1"}}}]}' % (
    b"x" * 40,
    b" " * 40,
    b"\n" * 40,
)


@given(st.integers(0, len(BATCH_BODY)), st.integers(60, 80))
def test_a_piece_hides_nothing(cut: int, overlap: int) -> None:
    """A body that is looked at in two pieces, with an overlap longer than a key, shows both ids or says that it must be read whole."""
    pieces = BATCH_BODY[:cut], BATCH_BODY[max(0, cut - overlap) :]
    found = set().union(*(ids_in_body(piece) for piece in pieces))
    for named in (FILE, CONTAINER):
        assert named in found or Named(named.kind, UNFINISHED) in found
    assert ids_in_body(BATCH_BODY) == {FILE, CONTAINER}


@given(st.text())
def test_text_never_counts(text: str) -> None:
    """Whatever a prompt says, it names nothing."""
    body = message({"type": "text", "text": f'{text}{{"file_id":"file_1"}}, "file_id": "file_1" {text}'})
    assert ids_in_body(body) == set()


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b'{"content":[{"type":"bash_code_execution_tool_result","content":{"content":[{"file_id":"file_1"}]}}]}', {FILE}),
        (b'{"type":"message","container":{"id":"container_1","expires_at":"x"}}', {CONTAINER}),
        (b'{"type":"message","container":null}', set()),
        (b'{"content":[{"type":"tool_use","input":{"file_id":"file_1"}}]}', set()),
        (b'{"type":"message","content":[]}', set()),
        (b'not json "file_id"', set()),
    ],
)
def test_what_an_answer_made(data: bytes, named: set[Named]) -> None:
    """Files and containers that tools made are the caller's; what the model was told to write is not."""
    assert ids_made_by_message(data) == named


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"id":"msgbatch_1","type":"message_batch"}', Named(Kind.BATCH, "msgbatch_1")),
        (b'{"id":"file_1","type":"file","size_bytes":1}', FILE),
        (b'{"type":"error","error":{}}', None),
        (b'{"id":"msg_1","type":"message"}', None),
        (b"[]", None),
        (b"", None),
    ],
)
def test_what_was_created(body: bytes, named: Named | None) -> None:
    """The answer to a creating request shows its batch or file; nothing else does."""
    assert id_shown(body) == named
