"""Which endpoint a method and a path lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHOLE: Mapping[str, Mapping[str, str]] = {
    "/": {"HEAD": "hello", "GET": "hello"},
    "/api/hello": {"HEAD": "hello", "GET": "hello"},
    "/sandbox/reset": {"POST": "reset"},
    "/v1/messages": {"POST": "messages"},
    "/v1/messages/count_tokens": {"POST": "count_tokens"},
    "/v1/messages/batches": {"POST": "batches.create", "GET": "batches.list"},
    "/v1/models": {"GET": "models.list"},
    "/v1/files": {"POST": "files.upload", "GET": "files.list"},
    "/v1/complete": {"POST": "complete"},
    "/v1/chat/completions": {"POST": "chat"},
}
_WITH_ID: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("/v1/messages/batches/", ""): {"GET": "batches.retrieve", "DELETE": "batches.delete"},
    ("/v1/messages/batches/", "/cancel"): {"POST": "batches.cancel"},
    ("/v1/messages/batches/", "/results"): {"GET": "batches.results"},
    ("/v1/models/", ""): {"GET": "models.retrieve"},
    ("/v1/files/", ""): {"GET": "files.retrieve", "DELETE": "files.delete"},
    ("/v1/files/", "/content"): {"GET": "files.content"},
}
_ALIASES: Mapping[str, str] = {
    "/messages": "/v1/messages",
    "/messages/count_tokens": "/v1/messages/count_tokens",
    "/models": "/v1/models",
}


class Destination(msgspec.Struct, frozen=True):
    """An endpoint and the id in the path; without a name, the method is not one of the path's."""

    name: str | None
    path: str
    id: str = ""


def find(method: str, path: str) -> Destination | None:
    """Return where a request goes, None where the path leads nowhere."""
    path = _ALIASES.get(path, path)
    if path in _WHOLE:
        return Destination(_WHOLE[path].get(method), path)
    for (before, after), methods in _WITH_ID.items():
        if path.startswith(before) and path.endswith(after):
            identity = path.removeprefix(before).removesuffix(after) if after else path.removeprefix(before)
            if identity and "/" not in identity:
                return Destination(methods.get(method), path, unquote(identity))
    return None
