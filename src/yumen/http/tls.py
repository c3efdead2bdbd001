"""TLS on both sides: the certificate that callers see, and whom the gateway trusts upstream."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from yumen.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the listening side's context. Raises OperatorError where the files do not make one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise OperatorError("the certificate {path} and its key cannot be used: {reason}", path=certificate, reason=error) from error
    return context


def client_context() -> ssl.SSLContext:
    """Return the upstream side's context: the system's authorities, or those that SSL_CERT_FILE names."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
