"""The console's scripts, styles and pictures: plain files, served compressed and for good under a name with their hash."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from yumen.console.pages.headers import ALWAYS

if TYPE_CHECKING:
    from starlette.requests import Request

FOLDER = Path(str(files("yumen.console.pages"))) / "assets"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png"}
FOR_GOOD = {"cache-control": "public, max-age=31536000, immutable"}
HASH = 10


@cache
def version() -> str:
    """Return the hash of all assets together: modules name each other without one, so that all of them change their address at once."""
    whole = sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.suffix in KINDS):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:HASH]


def url_of(name: str) -> str:
    """Return the address of an asset by its name in the folder."""
    return f"/assets/{version()}/{name}"


@cache
def read(name: str) -> tuple[str, bytes, bytes] | None:
    """Return an asset's type, content and compressed content; None: there is none of that name."""
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER.resolve()) or path.suffix not in KINDS or not path.is_file():
        return None
    content = path.read_bytes()
    return KINDS[path.suffix], content, gzip.compress(content, 9, mtime=0)


async def serve(request: Request) -> Response:
    """Serve an asset. Pages themselves are never compressed: what is secret in them could be guessed by their length (BREACH)."""
    found = read(request.path_params["name"])
    if found is None:
        return Response(status_code=404, headers=ALWAYS)
    kind, content, packed = found
    headers = ALWAYS | FOR_GOOD | {"vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, headers=headers | {"content-encoding": "gzip"}, media_type=kind)
    return Response(content, headers=headers, media_type=kind)
