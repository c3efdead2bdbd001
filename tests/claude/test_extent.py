"""What bounds a request: its bytes, its images, its tools; and what has no bound says why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude.extent import BASE_TOKENS, IMAGE_TOKENS, TOOLS_TOKENS, TYPED_TOOL_TOKENS, Extent, extent_of

HELLO = [{"role": "user", "content": "Hello"}]


def body(**fields: object) -> bytes:
    """A Messages body."""
    return json.dumps({"model": "claude-opus-5", "max_tokens": 100, "messages": HELLO} | fields).encode()


def asking(*blocks: dict[str, Any]) -> bytes:
    """A body with these blocks."""
    return body(messages=[{"role": "user", "content": list(blocks)}])


def test_a_plain_request_has_no_more_tokens_than_bytes() -> None:
    """Its length and what frames it bound its input."""
    data = body()
    assert extent_of(data) == Extent("claude-opus-5", 100, len(data) + BASE_TOKENS)


def test_an_image_counts_its_stated_most_and_not_its_bytes() -> None:
    """Wherever it stands, in a tool's result too."""
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 10_000}}
    for data in (asking(image), asking({"type": "tool_result", "tool_use_id": "t", "content": [image]})):
        assert extent_of(data).input_tokens == len(data) - 10_000 + IMAGE_TOKENS + BASE_TOKENS


@pytest.mark.parametrize(
    "block",
    [
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}},
        {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}},
        {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
        {"type": "document"},
        {"type": "container_upload", "file_id": "file_1"},
        {"type": "web_search_tool_result", "content": []},
        {"type": "of_tomorrow"},
    ],
)
def test_what_does_not_stand_in_the_request_is_bounded_by_the_window(block: dict[str, Any]) -> None:
    """Documents, files, results of servers' tools and blocks of tomorrow: only the model's window bounds them."""
    read = extent_of(asking({"type": "text", "text": "see"}, block))
    assert (read.input_tokens, read.unbounded) == (None, None)


def test_a_document_of_text_is_text() -> None:
    """What it says stands in the body."""
    data = asking({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "words"}})
    assert extent_of(data).input_tokens == len(data) + BASE_TOKENS


def test_an_image_in_a_documents_content_counts_as_one() -> None:
    """A document of blocks can hold images by reference: a few bytes, and thousands of tokens."""
    image = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    data = asking({"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "see"}, image]}})
    assert extent_of(data).input_tokens == len(data) + IMAGE_TOKENS + BASE_TOKENS


def test_tools_add_what_claude_writes_for_them() -> None:
    """The caller's own tools, those of Claude's that the caller runs, and an answer by a schema."""
    own = body(tools=[{"name": "f", "input_schema": {}}])
    assert extent_of(own).input_tokens == len(own) + BASE_TOKENS + TOOLS_TOKENS
    claudes = body(tools=[{"type": "bash_20250124", "name": "bash"}])
    assert extent_of(claudes).input_tokens == len(claudes) + BASE_TOKENS + TOOLS_TOKENS + TYPED_TOOL_TOKENS
    chat = body(tools=[{"type": "function", "function": {"name": "f"}}])
    assert extent_of(chat).input_tokens == len(chat) + BASE_TOKENS + TOOLS_TOKENS
    schema = body(output_config={"format": {"type": "json_schema", "schema": {}}})
    assert extent_of(schema).input_tokens == len(schema) + BASE_TOKENS + TOOLS_TOKENS


def test_a_servers_tool_is_bounded_by_its_uses() -> None:
    """Every use may ask the model once more, with up to its window."""
    read = extent_of(body(tools=[{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]))
    assert (read.input_tokens, read.rounds, read.searches, read.unbounded) == (None, 4, 3, None)
    both = [{"type": "web_search_20250305", "name": "s", "max_uses": 3}, {"type": "web_fetch_20250910", "name": "f", "max_uses": 2}]
    assert (extent_of(body(tools=both)).rounds, extent_of(body(tools=both)).searches) == (6, 3)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "web_search states no max_uses"),
        ({"tools": [{"type": "code_execution_20250825", "name": "code_execution"}]}, "server's tool code_execution"),
        ({"tools": [{"type": "tool_of_tomorrow", "name": "x", "max_uses": 1}]}, "server's tool x"),
        ({"container": "container_1"}, "container or MCP servers"),
        ({"mcp_servers": [{"url": "https://example.com"}]}, "container or MCP servers"),
        ({"tools": 7}, "form that is not known"),
        ({"max_tokens": "many"}, "form that is not known"),
    ],
)
def test_what_nothing_bounds_says_why(fields: dict[str, Any], why: str) -> None:
    """A sentence that tells the caller what to change."""
    assert why in (extent_of(body(**fields)).unbounded or "")


def test_the_larger_of_two_names_for_the_most_output_counts() -> None:
    """A chat request may say it twice."""
    assert extent_of(body(max_tokens=5, max_completion_tokens=50)).max_tokens == 50
    assert extent_of(b'{"model":"m","speed":"fast"}') == Extent("m", None, 28 + BASE_TOKENS, speed="fast")


@given(
    st.binary()
    | st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["model", "messages", "tools", "content", "type", "source", "max_uses", "container"]), inner)
        ),
    ).map(lambda v: json.dumps(v).encode())
)
def test_no_body_breaks_it(data: bytes) -> None:
    """Whatever is sent is bounded, or says why it is not."""
    read = extent_of(data)
    assert read.unbounded is not None or read.input_tokens is None or read.input_tokens >= 0
