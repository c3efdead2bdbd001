"""One field of a secret that has several: what both stores that keep JSON objects do with a reference's `#FIELD`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.secrets.values import Reference, SecretMissing

if TYPE_CHECKING:
    from collections.abc import Mapping

_as_object = msgspec.json.Decoder(dict[str, Any]).decode


def field_of(reference: Reference, fields: Mapping[str, object]) -> str:
    """Return the text of the field that the reference names; raise SecretMissing where there is none, or it is no text."""
    if reference.field is None or reference.field not in fields:
        raise SecretMissing("{secret}: the secret is there, but has no such field.", secret=reference)
    text = fields[reference.field]
    if not isinstance(text, str):
        raise SecretMissing("{secret}: the field is there, but holds no text.", secret=reference)
    return text


def field_of_text(reference: Reference, text: str) -> str:
    """Return the field of a secret that is stored as a JSON object; the whole text where the reference names no field."""
    if reference.field is None:
        return text
    try:
        fields = _as_object(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise SecretMissing("{secret}: the secret is there, but is not a JSON object, so it has no fields.", secret=reference) from None
    return field_of(reference, fields)
