"""Checks that depend on the model: thinking, sampling, prefill, forced tools, structured outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.model import Sampling
from yumen.sandbox.check_fields import choice_of, missing
from yumen.sandbox.reading import mapping, number, sequence, string, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.sandbox.setting import Setting

THINKING = ("enabled", "disabled", "adaptive", "between_tools")
DISPLAYS = ("summarized", "omitted", "updates")
LEAST_BUDGET_TOKENS = 1024
_DOCUMENTATION = "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"


def check_model(body: dict[str, object], setting: Setting) -> Iterator[str]:
    """Yield what this model does not accept."""
    yield from _check_thinking(body, setting)
    yield from _check_sampling(body, setting)
    features = setting.model.features if setting.model else None
    if features is None:
        return
    choice = mapping(body.get("tool_choice")).get("type")
    if choice in ("any", "tool") and not features.forced_tool_choice:
        yield 'tool_choice: type "tool" and "any" are not supported for this model.'
    messages = sequence(body.get("messages"))
    if messages and mapping(messages[-1]).get("role") == "assistant" and not features.prefill:
        yield "This model does not support assistant message prefill. The conversation must end with a user message."
    effort = mapping(body.get("output_config")).get("effort")
    if effort is not None and effort not in features.efforts:
        yield (
            "This model does not support the effort parameter."
            if not features.efforts
            else choice_of("output_config.effort", features.efforts)
        )


def _check_thinking(body: dict[str, object], setting: Setting) -> Iterator[str]:
    thinking = mapping(body.get("thinking"))
    if not thinking:
        return
    kind = thinking.get("type")
    if kind not in THINKING:
        yield f"thinking: Input tag '{kind}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'"
        return
    yield from _check_kind(string(kind), setting)
    if thinking.get("display") is not None and thinking["display"] not in DISPLAYS:
        yield choice_of(f"thinking.{kind}.display", ("summarized", "omitted"))
    if kind == "enabled":
        yield from _check_budget(body, whole(thinking.get("budget_tokens")), given="budget_tokens" in thinking)
    if kind in ("enabled", "adaptive"):
        yield from _check_beside_thinking(body, kind == "enabled")


def _check_kind(kind: str, setting: Setting) -> Iterator[str]:
    accepted: tuple[str, ...] = setting.model.features.thinking if setting.model else THINKING
    if kind in accepted:
        return
    if kind == "enabled" and "adaptive" in accepted:
        yield (
            '"thinking.type.enabled" is not supported for this model. '
            'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
        )
    elif kind == "adaptive":
        yield "adaptive thinking is not supported on this model"
    else:
        yield f'"thinking.type.{kind}" is not supported for this model.'


def _check_budget(body: dict[str, object], budget: int | None, *, given: bool) -> Iterator[str]:
    most = whole(body.get("max_tokens"))
    if not given:
        yield missing("thinking.enabled.budget_tokens")
    elif budget is None:
        yield "thinking.enabled.budget_tokens: Input should be a valid integer"
    elif budget < LEAST_BUDGET_TOKENS:
        yield f"thinking.enabled.budget_tokens: Input should be greater than or equal to {LEAST_BUDGET_TOKENS}"
    elif most is not None and most <= budget:
        yield f"`max_tokens` must be greater than `thinking.budget_tokens`. {_DOCUMENTATION}#max-tokens-and-context-window-size"


def _check_beside_thinking(body: dict[str, object], enabled: bool) -> Iterator[str]:  # noqa: FBT001  (private, one caller)
    temperature = number(body.get("temperature"))
    if temperature is not None and temperature != 1:
        kind = "enabled" if enabled else "enabled or in adaptive mode"
        anchor = "#important-considerations-when-using-extended-thinking"
        yield f"`temperature` may only be set to 1 when thinking is {kind}. {_DOCUMENTATION}{anchor}"
    if mapping(body.get("tool_choice")).get("type") in ("any", "tool"):
        yield "Thinking may not be enabled when tool_choice forces tool use."


def _check_sampling(body: dict[str, object], setting: Setting) -> Iterator[str]:
    """Models from 4.7 on take the defaults alone."""
    if setting.current or setting.model is None or setting.model.features.sampling is Sampling.ANY:
        return
    for name, default in (("temperature", 1.0), ("top_p", 1.0), ("top_k", 0.0)):
        value = number(body.get(name))
        if value is not None and value != default:
            yield f"`{name}` is deprecated for this model."
