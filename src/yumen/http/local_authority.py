"""A certificate authority for this machine: made once, kept in the data folder, its certificate renewed before it ends."""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidSignature

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

FOLDER = "tls"
AUTHORITY = "authority.pem"
AUTHORITY_KEY = "authority.key"
CERTIFICATE = "server.pem"
KEY = "server.key"
ALWAYS = ("localhost", "127.0.0.1", "::1")
"""Names that the certificate has in any case."""
LIFETIME = timedelta(days=397)
"""Longer is refused by Apple's clients."""
RENEWED_BEFORE = timedelta(days=30)


class LocalCertificate(NamedTuple):
    """The files that a server needs, and the one that its clients must trust."""

    authority: Path
    certificate: Path
    key: Path


def authority_file(data: Path) -> Path:
    """Return where the authority's certificate lies in a data folder, whether it does or not."""
    return data / FOLDER / AUTHORITY


def local_certificate(folder: Path, names: Collection[str], now: datetime) -> LocalCertificate:
    """Return a certificate for this machine and those names, kept in the folder (its owner's alone); made anew where it must be."""
    files = LocalCertificate(folder / AUTHORITY, folder / CERTIFICATE, folder / KEY)
    wanted = {*ALWAYS, *names}
    authority = kept_authority(folder)
    made_authority = authority is None
    if authority is None:
        authority = trustme.CA(
            organization_name="Yumen local authority", organization_unit_name="made in a data folder for its own machine"
        )
        write_private(folder / AUTHORITY_KEY, authority.private_key_pem.bytes())
        write_private(files.authority, authority.cert_pem.bytes())
    if made_authority or not still_good(files, wanted, now):
        leaf = authority.issue_cert(*sorted(wanted), not_after=now + LIFETIME)
        write_private(files.key, leaf.private_key_pem.bytes())
        write_private(files.certificate, b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    return files


def kept_authority(folder: Path) -> trustme.CA | None:
    """Return the authority that was made before (it does not end), None where there is none."""
    try:
        return trustme.CA.from_pem((folder / AUTHORITY).read_bytes(), (folder / AUTHORITY_KEY).read_bytes())
    except (OSError, ValueError):
        return None


def still_good(files: LocalCertificate, wanted: set[str], now: datetime) -> bool:
    """Whether the certificate that was made before is the authority's, fits its key, and has all names and some time left."""
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(files.authority.read_bytes()))
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.certificate, files.key)
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound, InvalidSignature):
        return False
    return wanted <= {str(name.value) for name in names} and certificate.not_valid_after_utc > now + RENEWED_BEFORE


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read: whole, or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def moment(now_us: int) -> datetime:
    """Return UTC microseconds as a moment."""
    return datetime.fromtimestamp(now_us / 1_000_000, UTC)
