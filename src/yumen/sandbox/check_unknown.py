"""Strict checks: every field that Claude does not know is refused, with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.sandbox import known_fields as known
from yumen.sandbox.reading import mapping, sequence, string

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from yumen.sandbox.setting import Setting


def check_unknown(body: dict[str, object], setting: Setting) -> Iterator[str]:
    """Yield each field that is not known; betas bring fields of their own, so beside one only the top level is checked."""
    if not setting.strict:
        return
    top = known.TOP - known.NOT_COUNTED if setting.counting else known.TOP
    yield from _extra("", body, top | known.BETA_TOP if setting.betas else top)
    if setting.betas:
        return
    yield from _extra("metadata.", mapping(body.get("metadata")), known.METADATA)
    yield from _extra("output_config.", mapping(body.get("output_config")), known.OUTPUT_CONFIG)
    yield from _blocks("system", body.get("system"), typed=False)
    for place, message in enumerate(map(mapping, sequence(body.get("messages")))):
        yield from _extra(f"messages.{place}.", message, known.MESSAGE)
        yield from _blocks(f"messages.{place}.content", message.get("content"), typed=True)
    for place, tool in enumerate(map(mapping, sequence(body.get("tools")))):
        if tool.get("type") in (None, "custom"):
            yield from _extra(f"tools.{place}.custom.", tool, known.TOOL)


def _blocks(path: str, content: object, *, typed: bool) -> Iterator[str]:
    """In messages the block's type is an element of the path; `system` takes text alone, so there it is not."""
    for place, block in enumerate(map(mapping, sequence(content))):
        kind = string(block.get("type"))
        prefix = f"{path}.{place}.{kind}." if typed else f"{path}.{place}."
        if kind in known.BLOCKS:
            yield from _extra(prefix, block, known.BLOCKS[kind])
        yield from _extra(f"{prefix}cache_control.ephemeral.", mapping(block.get("cache_control")), known.CACHE_MARK)
        if kind == "tool_result":
            yield from _blocks(f"{prefix}content", block.get("content"), typed=True)


def _extra(prefix: str, value: dict[str, object], fields: Collection[str]) -> Iterator[str]:
    for name in value:
        if name not in fields:
            yield f"{prefix}{name}: Extra inputs are not permitted"
