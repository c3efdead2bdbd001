"""For any body, in any spelling: a planted value is replaced or the request refused, and what is restored is replaced alike again."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claude.test_strings import strings_of, written
from tests.policy.planted import MAIL, WORD, terms
from yumen.policy.request import look
from yumen.policy.standing import Root

NAMES = st.sampled_from(
    [
        *(
            "type",
            "role",
            "content",
            "text",
            "name",
            "model",
            "system",
            "messages",
            "tools",
            "input",
            "source",
            "data",
            "media_type",
            "url",
        ),
        *(
            "title",
            "thinking",
            "signature",
            "function",
            "arguments",
            "file_id",
            "params",
            "requests",
            "id",
            "description",
            "x",
            "encrypted_x",
        ),
    ]
)
TYPES = st.sampled_from(
    ["text", "image", "base64", "thinking", "tool_use", "tool_result", "document", "redacted_thinking", "url", "image/png"]
)
WORDS = st.text(st.sampled_from(" .,:;-()你好\n\ud800é"), max_size=4)
PLANTED = st.builds(lambda before, value, after: f"{before} {value} {after}", WORDS, st.sampled_from([MAIL, WORD]), WORDS)
STRINGS = WORDS | TYPES | PLANTED
BODIES = st.dictionaries(
    NAMES,
    st.recursive(
        STRINGS | st.integers(0, 10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | PLANTED, inner, max_size=4),
        max_leaves=10,
    ),
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(BODIES, st.sampled_from(Root), st.randoms(use_true_random=False))
def test_no_spelling_and_no_place_hides_a_value(body: dict[str, Any], root: Root, chance: random.Random) -> None:
    """Whatever a body looks like, what may be sent holds no value."""
    raw = written(body, chance).encode()
    looked = look(raw, terms(), root)
    if looked.blocked is None:
        said = "\n".join(strings_of(json.loads(looked.body)))
        assert MAIL not in said
        assert WORD not in said
        assert looked.body is raw or looked.redacted


@settings(max_examples=100, deadline=None)
@given(st.lists(PLANTED, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_what_is_restored_is_replaced_alike_again(texts: list[str], chance: random.Random) -> None:
    """A turn that is sent back, restored for its caller, becomes the very strings that Claude saw, thinking included."""
    said = [{"role": "user", "content": text} for text in texts]
    held = terms()
    first = look(written({"messages": said}, chance).encode(), held)
    assert first.blocked is None
    assert held.placeholders is not None
    seen = [each["content"] for each in json.loads(first.body)["messages"]]
    thought = {
        "role": "assistant",
        "content": [{"type": "thinking", "thinking": texts[0], "signature": "EqQB"}, {"type": "text", "text": "."}],
    }
    again = json.loads(look(written({"messages": [*said, thought]}, chance).encode(), terms()).body)["messages"]
    assert [each["content"] for each in again[:-1]] == seen
    assert again[-1]["content"][0]["thinking"] == seen[0]
