"""TLS contexts for both sides: TLS 1.2 and later, HTTP/1.1 alone, and the operator's mistakes said in one sentence."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from yumen.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOLS = ["http/1.1"]
"""What is offered by ALPN: a client that could speak HTTP/2 learns in the handshake that it should not."""


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the listening side's context. Raises OperatorError where the files are missing, unreadable, or no pair."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols(PROTOCOLS)
    _readable(certificate)
    if b"ENCRYPTED" in _readable(key):
        # OpenSSL would ask at the terminal, where nobody may sit.
        raise OperatorError("the key {path} is protected by a passphrase: give one that is not", path=key)
    try:
        context.load_cert_chain(certificate, key)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise OperatorError(
                "the key {path} does not belong to the certificate {certificate}", path=key, certificate=certificate
            ) from error
        raise OperatorError(
            "the certificate {path} and its key cannot be used: {reason}", path=certificate, reason=_reason(error)
        ) from error
    return context


def client_context(authority: Path | None = None) -> ssl.SSLContext:
    """Return the upstream side's context: it trusts the system's authorities, or those of `SSL_CERT_FILE`, and the one that is given."""
    # Not ssl.create_default_context: it would write every session's secrets where SSLKEYLOGFILE says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(PROTOCOLS)
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if authority is not None:
        _readable(authority)
        try:
            context.load_verify_locations(authority)
        except ssl.SSLError as error:
            raise OperatorError("{path} holds no certificate in PEM form", path=authority) from error
    return context


def _readable(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror or "unreadable") from error


def _reason(error: ssl.SSLError) -> str:
    return error.reason.replace("_", " ").lower() if error.reason else "not in PEM form"
