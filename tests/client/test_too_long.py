"""Whether a prompt fits: never refused where it could, cheap where it is short, and weighed by its messages."""

from __future__ import annotations

import pytest

from yumen.client.too_long import PromptTooLong, at_least, at_most, check_fits, may_be_over, more_on, tokens_of, weights_of

MODEL = "claude-haiku-4-5"


def body(*contents: object, **more: object) -> dict[str, object]:
    """A request with user messages."""
    return {"model": MODEL, "messages": [{"role": "user", "content": content} for content in contents], **more}


def test_only_what_is_sure_is_refused() -> None:
    """Above the window by more than the estimate's error: refused; within it, and below: sent."""
    for words, refused in ((150_000, False), (230_000, False), (280_000, True)):
        request = body("word " * words)
        assert (at_least(tokens_of(request)) > 200_000) is refused
        if refused:
            with pytest.raises(PromptTooLong):
                check_fits(request)
        else:
            check_fits(request)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 2_000_000}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "A" * 2_000_000}},
        {"type": "thinking", "thinking": "hm", "signature": "A" * 2_000_000},
    ],
)
def test_bytes_that_are_no_words_do_not_count(block: dict[str, object]) -> None:
    """A picture's, a page's and a signature's base64 is not text."""
    assert not may_be_over(body([block]), 200_000)


def test_words_count_wherever_they_stand() -> None:
    """In the system prompt, tools, tools' input and results, and documents of plain text; other models and shapes are let through."""
    words = "玉门关 word " * 10
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": words}}
    result = {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": words}]}
    call = {"type": "tool_use", "id": "t", "name": "n", "input": {"a": [words]}}
    for content in (words, [document], [result], [call]):
        assert tokens_of(body(content)) > 40
    weights = {weight.part: weight.tokens for weight in weights_of(body("a", words, system=words, tools=[{"name": words}]))}
    assert list(weights) == ["system", "tools", "messages.0 (user)", "messages.1 (user)"]
    assert weights["messages.1 (user)"] == weights["system"] > weights["messages.0 (user)"]
    check_fits({"model": "somebody-elses", "messages": [{"role": "user", "content": "word " * 900_000}]})
    check_fits({"model": MODEL, "messages": "no list", "system": 7})


def test_the_servers_word_is_made_more_of() -> None:
    """The difference, and the weights scaled to the server's own count; other errors are left alone."""
    said = more_on("prompt is too long: 250100 tokens > 200000 maximum", body("word " * 1000, "word " * 9000))
    assert said is not None
    assert said.startswith("50,100 tokens too many; most of it is in messages.1 (user) ≈ 225,")
    assert more_on("max_tokens: Field required", body("a")) is None


def test_the_margins_hold_the_estimate() -> None:
    """Least and most lie on both sides, by the stated error."""
    assert at_least(1300) == 1000
    assert at_most(1000) == 1300
