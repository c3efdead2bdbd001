"""Where a prompt is marked for Claude's cache, by examples."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.sessions.marks import marked

MARK = {"type": "ephemeral"}


def messages(*blocks: int) -> list[dict[str, Any]]:
    """Messages with so many blocks each."""
    return [{"role": "user", "content": [{"type": "text", "text": str(number)} for number in range(count)]} for count in blocks]


@pytest.mark.parametrize(("added", "mark"), [(18, False), (19, True), (40, True)])
def test_the_prompt_before_is_marked_where_it_is_out_of_sight(added: int, *, mark: bool) -> None:
    """Claude looks back twenty blocks from a mark, itself included: one block of an answer and nineteen of a question are too many."""
    made = marked({"messages": messages(1, 1, added)}, 0, "5m")
    assert ("cache_control" in made["messages"][0]["content"][-1]) is mark
    assert made["cache_control"] == MARK
    assert "cache_control" not in str(made["messages"][1:])


def test_no_byte_of_the_messages_changes_without_need() -> None:
    """The end is marked beside the messages; `system` becomes a block with a mark, which is the same prompt."""
    asked = [{"role": "user", "content": "x"}]
    made = marked({"messages": asked, "system": "Be kind."}, -1, "1h")
    assert made["messages"] is asked
    assert made["system"] == [{"type": "text", "text": "Be kind.", "cache_control": MARK | {"ttl": "1h"}}]
    assert made["cache_control"] == MARK | {"ttl": "1h"}


def test_thinking_takes_no_mark() -> None:
    """A mark goes to the last block that takes one, and a text becomes a block."""
    thought = [{"type": "text", "text": "x"}, {"type": "thinking", "thinking": "y", "signature": "z"}]
    made = marked({"messages": [{"role": "assistant", "content": thought}, *messages(30)]}, 0, "5m")
    assert [("cache_control" in block) for block in made["messages"][0]["content"]] == [True, False]
    assert marked({"messages": [{"role": "user", "content": "x"}, *messages(30)]}, 0, "5m")["messages"][0]["content"][0]["text"] == "x"


@pytest.mark.parametrize("name", ["system", "tools", "messages"])
def test_whoever_marks_has_said_where(name: str) -> None:
    """A mark of the caller's, anywhere, means that none is added."""
    given = {"messages": messages(1), name: [{"role": "user", "content": [{"type": "text", "text": "x", "cache_control": MARK}]}]}
    assert marked(given, -1, "5m") == given
