"""Why a connection could not be made, in a sentence with which its reader can do something."""

from __future__ import annotations

import socket
import ssl

from yumen.errors import UpstreamUnreachable

WRONG_NAME = frozenset({62, 64})
"""OpenSSL's codes for a certificate of another host name or address."""


def unreachable(host: str, error: OSError) -> UpstreamUnreachable:
    """Return the fault for what went wrong on the way to a host."""
    return UpstreamUnreachable(f"The upstream cannot be reached: {_why(host, error)}.")


def _why(host: str, error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"the certificate of {host} is not accepted ({error.verify_message.rstrip('.')})"
        if error.verify_code in WRONG_NAME:
            return reason
        return f"{reason}; if a private authority or an inspecting proxy signed it, name that authority's file in SSL_CERT_FILE"
    if isinstance(error, ssl.SSLError):
        return f"{host} does not speak TLS as it should ({(error.reason or 'handshake failed').replace('_', ' ').lower()})"
    if isinstance(error, ConnectionRefusedError):
        return f"{host} refused the connection"
    if isinstance(error, socket.gaierror):
        return f"the name {host} does not resolve ({error.strerror})"
    return f"the connection to {host} failed ({error.strerror or type(error).__name__})"
