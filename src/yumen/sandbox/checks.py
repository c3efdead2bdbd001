"""All checks of a Messages body, in the order in which they are reported: the first that finds something refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.models import find_model
from yumen.sandbox.answer import Refusal, invalid, not_found
from yumen.sandbox.check_blocks import check_conversation
from yumen.sandbox.check_fields import check_fields
from yumen.sandbox.check_model import check_model
from yumen.sandbox.check_tools import check_tools
from yumen.sandbox.check_unknown import check_unknown
from yumen.sandbox.check_version import check_version

if TYPE_CHECKING:
    from yumen.sandbox.setting import Setting

_CHECKS = (check_fields, check_version, check_unknown, check_conversation, check_tools, check_model)


def read_json(body: bytes) -> dict[str, object] | Refusal:
    """Decode a body; it must be a JSON object."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return invalid(f"The request body is not valid JSON: {error}")
    return decoded if isinstance(decoded, dict) else invalid("Input should be a valid dictionary or object to extract fields from")


def check(body: dict[str, object], setting: Setting) -> Refusal | None:
    """Return why Claude would refuse this body, None where it would not."""
    name = body.get("model")
    model = find_model(name) if isinstance(name, str) else None
    setting = msgspec.structs.replace(setting, model=model)
    for each in _CHECKS:
        for complaint in each(body, setting):
            return invalid(complaint)
    if setting.strict and (model is None or model.retired):
        return not_found(f"model: {name}")
    return None
