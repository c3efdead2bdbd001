"""What is asked of a request's head before anything else: credential, API version, betas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.sandbox.answer import Refusal, invalid
from yumen.sandbox.known_betas import BETAS
from yumen.sandbox.setting import LEGACY_VERSION, VERSIONS

if TYPE_CHECKING:
    from yumen.http import Request


def read_version(request: Request) -> str:
    """Return `anthropic-version`; two headers are joined as HTTP says, and so no valid version."""
    values = [value.decode("latin-1") for name, value in request.headers if name.lower() == b"anthropic-version"]
    return ", ".join(values)


def check_version_header(version: str, path: str) -> Refusal | None:
    """Refuse a missing or unknown version. Text Completions are older than the header; the compatibility layer has none."""
    if not version:
        return None if path in ("/v1/complete", "/v1/chat/completions") else invalid("anthropic-version: header is required")
    if version not in VERSIONS or (version == LEGACY_VERSION and path != "/v1/complete"):
        return invalid(f'anthropic-version: "{version}" is not a valid version')
    return None


def check_credential(request: Request) -> Refusal | None:
    """Strict: require a credential that looks like one; it is never compared with anything."""
    key = request.header(b"x-api-key")
    bearer = request.header(b"authorization")
    if key is None and bearer is None:
        return Refusal(401, "authentication_error", "x-api-key header is required")
    scheme, _, token = (bearer or b"").partition(b" ")
    if (key is not None and key.strip()) or (scheme.lower() == b"bearer" and token.strip()):
        return None
    return Refusal(401, "authentication_error", "invalid x-api-key")


def check_betas(betas: frozenset[str]) -> Refusal | None:
    """Strict: refuse betas that Claude does not know."""
    unknown = sorted(betas - BETAS)
    if not unknown:
        return None
    listed = ", ".join(f"`{beta}`" for beta in unknown)
    return invalid(
        f"Unexpected value(s) {listed} for the `anthropic-beta` header. "
        "Please consult our documentation at platform.claude.com/docs or try again without the header."
    )
