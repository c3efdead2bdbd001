"""The prompt cache: written once, read after, forgotten in time; the counts always add up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.doubles import Bench, asking

MARK = {"cache_control": {"type": "ephemeral"}}
HOUR = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}


def text(words: str, mark: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a text block."""
    return {"type": "text", "text": words, **(mark or {})}


async def usage(bench: Bench, body: dict[str, Any]) -> tuple[int, int, int]:
    """Return what is fresh, written and read; check that it adds up to the count."""
    used = (await bench.ask(body)).json["usage"]
    parts = (used["input_tokens"], used["cache_creation_input_tokens"], used["cache_read_input_tokens"])
    assert sum(parts) == (await bench.post("/v1/messages/count_tokens", body)).json["input_tokens"]
    assert sum(used["cache_creation"].values()) == parts[1]
    return parts


async def test_written_then_read() -> None:
    """A marked prefix is written the first time and read the next, also with another question after it."""
    bench = Bench()
    system = [text("You know the Silk Road. " * 30, MARK)]
    fresh, written, read = await usage(bench, asking("one", system=system))
    assert written > fresh > 0 == read
    again = await usage(bench, asking("another question", system=system))
    assert again[1:] == (0, written)


async def test_another_prefix_is_not_read() -> None:
    """A prefix that differs anywhere is written anew."""
    bench = Bench()
    await usage(bench, asking(system=[text("one " * 30, MARK)]))
    assert (await usage(bench, asking(system=[text("two " * 30, MARK)])))[2] == 0


async def test_growing_conversation() -> None:
    """A mark that moves on with the conversation reads what was written and writes what is new."""
    bench = Bench()
    first = [{"role": "user", "content": [text("question " * 40, MARK)]}]
    _, written, _ = await usage(bench, asking(messages=first))
    second = [
        {"role": "user", "content": [text("question " * 40)]},
        {"role": "assistant", "content": "An answer."},
        {"role": "user", "content": [text("more " * 30, MARK)]},
    ]
    fresh, more, read = await usage(bench, asking(messages=second))
    assert read == written
    assert more > 0
    assert fresh == 0


async def test_expiry() -> None:
    """Five minutes after its last use a prefix is forgotten; with an hour's mark, after an hour."""
    for mark, seconds in ((MARK, 300), (HOUR, 3600)):
        bench = Bench()
        body = asking(system=[text("words " * 30, mark)])
        _, written, _ = await usage(bench, body)
        bench.clock.advance(seconds - 1)
        assert (await usage(bench, body))[2] == written
        bench.clock.advance(seconds - 1)
        assert (await usage(bench, body))[2] == written
        bench.clock.advance(seconds + 1)
        assert (await usage(bench, body))[1:] == (written, 0)


async def test_mixed_lifetimes() -> None:
    """Writes are told apart by their lifetime."""
    body = asking(system=[text("hour " * 30, HOUR), text("minutes " * 30, MARK)])
    creation = (await Bench().ask(body)).json["usage"]["cache_creation"]
    assert creation["ephemeral_1h_input_tokens"] > 0
    assert creation["ephemeral_5m_input_tokens"] > 0


async def test_mark_of_the_whole_request() -> None:
    """A mark beside the messages stands for one on the last block."""
    bench = Bench()
    body = asking("words " * 30, cache_control={"type": "ephemeral"})
    fresh, written, _ = await usage(bench, body)
    assert (fresh, (await usage(bench, body))[2]) == (0, written)


@pytest.mark.parametrize("tools", [[], [{"name": "t1", "input_schema": {"type": "object"}, **MARK}]])
async def test_models_do_not_share(tools: list[dict[str, Any]]) -> None:
    """One model's cache is not another's."""
    bench = Bench()
    body = asking(system=[text("words " * 30, MARK)], tools=tools)
    await usage(bench, body)
    assert (await usage(bench, body | {"model": "claude-sonnet-4-6"}))[2] == 0
