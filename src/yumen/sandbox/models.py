"""`GET /v1/models` and `/v1/models/{id}`: the catalogue in the shape of the Models API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.model import Lifecycle, Model
from yumen.claude.models import MODELS, find_model
from yumen.sandbox.answer import Refusal, not_found
from yumen.sandbox.pages import cut_window, id_page, read_window

if TYPE_CHECKING:
    from yumen.sandbox.call import Call
    from yumen.sandbox.options import SandboxOptions

EFFORTS = ("low", "medium", "high", "xhigh", "max")
THINKING = ("adaptive", "between_tools", "disabled", "enabled")
CONTEXT_EDITS = ("clear_thinking_20251015", "clear_tool_uses_20250919", "compact_20260112")


class Models:
    """The Models API."""

    def __init__(self, options: SandboxOptions) -> None:
        """Answer as strictly as the options say."""
        self._options = options

    async def list(self, call: Call) -> None:
        """List models; retired ones only when they are asked for."""
        window = read_window(call, strict=self._options.strict)
        if isinstance(window, Refusal):
            call.refuse(window)
            return
        wanted = set(call.query.get("lifecycle", [])) or {Lifecycle.ACTIVE, Lifecycle.DEPRECATED}
        models, more = cut_window([model for model in MODELS if model.lifecycle in wanted], window)
        call.respond(id_page([model_object(model) for model in models], more=more))

    async def retrieve(self, call: Call, name: str) -> None:
        """Describe one model; a lenient sandbox, which answers to any name, describes any."""
        model = find_model(name)
        if model is None and self._options.strict:
            call.refuse(not_found(f"model: {name}"))
            return
        call.respond(model_object(model or Model(id=name, display_name=name, line=None)))


def model_object(model: Model) -> dict[str, object]:
    """Return a model's description."""
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": model.created_at,
        "lifecycle": model.lifecycle.value,
        "line": model.line,
        "max_input_tokens": model.max_input_tokens,
        "max_tokens": model.max_tokens,
        "deprecated_at": _midnight(model.deprecated_on),
        "retires_at": _midnight(model.retires_on),
        "capabilities": _capabilities(model),
    }


def _midnight(day: str | None) -> str | None:
    return f"{day}T00:00:00Z" if day else None


def _capabilities(model: Model) -> dict[str, object]:
    features = model.features
    current = not model.retired
    return {
        "batch": _support(supported=current),
        "citations": _support(supported=current),
        "code_execution": _support(supported=features.server_tools),
        "context_management": _group(CONTEXT_EDITS, CONTEXT_EDITS if current else ()),
        "effort": _group(EFFORTS, features.efforts),
        "image_input": _support(supported=features.images),
        "pdf_input": _support(supported=features.documents),
        "server_tools": _group(("web_search", "code_execution"), ("web_search", "code_execution") if features.server_tools else ()),
        "structured_outputs": _support(supported=features.structured_outputs),
        "thinking": {"supported": features.thinks, "types": _leaves(THINKING, features.thinking)},
    }


def _support(*, supported: bool) -> dict[str, object]:
    return {"supported": supported}


def _leaves(names: tuple[str, ...], present: tuple[str, ...]) -> dict[str, object]:
    return {name: _support(supported=name in present) for name in names}


def _group(names: tuple[str, ...], present: tuple[str, ...]) -> dict[str, object]:
    return {"supported": bool(present)} | _leaves(names, present)
