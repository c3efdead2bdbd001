"""Authorities of the tests' own, and certificates from them."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

import trustme

from yumen.http.tls import client_context, server_context


@cache
def authority(name: str = "trusted") -> trustme.CA:
    """Return the authority of that name; making one takes a moment, so that each is made once."""
    return trustme.CA(organization_name=name)


def written(folder: Path, *names: str, by: str = "trusted") -> tuple[Path, Path]:
    """Write a certificate for these names and its key; return the two files."""
    leaf = authority(by).issue_cert(*(names or ("localhost", "127.0.0.1")))
    certificate, key = folder / f"{by}.pem", folder / f"{by}.key"
    certificate.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    key.write_bytes(leaf.private_key_pem.bytes())
    return certificate, key


def serving_context(folder: Path, *names: str, by: str = "trusted") -> ssl.SSLContext:
    """Return a context that serves with a certificate of that authority."""
    return server_context(*written(folder, *names, by=by))


def trusting_context(folder: Path, name: str = "trusted") -> ssl.SSLContext:
    """Return a context that trusts that authority."""
    path = folder / f"{name}-authority.pem"
    path.write_bytes(authority(name).cert_pem.bytes())
    return client_context(path)
