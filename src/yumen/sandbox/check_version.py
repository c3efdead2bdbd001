"""Checks that came with API version 2026-10-21: sampling parameters, assistant documents, citations in user text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.sandbox.reading import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.sandbox.setting import Setting

SAMPLING_FIELDS = ("temperature", "top_p", "top_k")


def check_version(body: dict[str, object], setting: Setting) -> Iterator[str]:
    """Yield what this version no longer takes, whatever the model and the value."""
    if not setting.current:
        return
    for name in SAMPLING_FIELDS:
        if name in body and not setting.counting:
            yield f"{name}: Extra inputs are not permitted"
    for place, message in enumerate(map(mapping, sequence(body.get("messages")))):
        for index, block in enumerate(map(mapping, sequence(message.get("content")))):
            path = f"messages.{place}.content.{index}"
            if message.get("role") == "assistant" and block.get("type") == "document":
                yield f"{path}: `document` blocks are not permitted in `assistant` messages"
            if message.get("role") == "user":
                yield from _check_citations(path, block)


def _check_citations(path: str, block: dict[str, object]) -> Iterator[str]:
    kind = block.get("type")
    if kind == "text" and sequence(block.get("citations")):
        yield f"{path}.text.citations: Extra inputs are not permitted"
    if kind in ("search_result", "tool_result"):
        for index, inner in enumerate(map(mapping, sequence(block.get("content")))):
            yield from _check_citations(f"{path}.{kind}.content.{index}", inner)
