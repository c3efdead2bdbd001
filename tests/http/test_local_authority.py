"""The local authority: trusted by clients that are told to, kept, and renewed in time."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from yumen.http.local_authority import LIFETIME, LocalCertificate, authority_file, local_certificate, moment

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a data folder."""
    made = authority_file(tmp_path).parent
    made.mkdir()
    return made


def handshake(files: LocalCertificate, host: str) -> None:
    """Shake hands in memory, as a client that trusts the authority alone."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(files.certificate, files.key)
    client_side = ssl.create_default_context(cafile=str(files.authority))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.version() is not None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "gate.example"])
def test_clients_that_trust_it_connect(folder: Path, host: str) -> None:
    """The certificate is good for this machine's names and for those that were asked for."""
    handshake(local_certificate(folder, ["gate.example"], datetime.now(UTC)), host)


def test_others_do_not(folder: Path) -> None:
    """A name that is not in it is refused by the client."""
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(local_certificate(folder, [], datetime.now(UTC)), "gate.example")


def test_it_is_kept(folder: Path) -> None:
    """A second start changes no file; every file is its owner's alone."""
    files = local_certificate(folder, [], NOW)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert local_certificate(folder, [], NOW + timedelta(days=100)) == files
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert {path.stat().st_mode & 0o777 for path in before} == {0o600}


@pytest.mark.parametrize(
    ("later", "names"),
    [(LIFETIME - timedelta(days=29), []), (timedelta(days=1), ["gate.example"])],
)
def test_the_certificate_is_renewed_and_the_authority_stays(folder: Path, later: timedelta, names: list[str]) -> None:
    """Shortly before its end, or with a new name, the certificate is made anew; clients go on trusting the same authority."""
    files = local_certificate(folder, [], NOW)
    authority, certificate = files.authority.read_bytes(), files.certificate.read_bytes()
    local_certificate(folder, names, NOW + later)
    assert files.authority.read_bytes() == authority
    assert files.certificate.read_bytes() != certificate


@pytest.mark.parametrize("name", ["authority.pem", "authority.key", "server.pem", "server.key"])
@pytest.mark.parametrize("content", [b"", b"rubbish", None])
def test_a_damaged_file_is_mended(folder: Path, name: str, content: bytes | None) -> None:
    """A file that is missing or damaged is made anew, and what comes out fits together."""
    now = datetime.now(UTC)
    local_certificate(folder, [], now)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    handshake(local_certificate(folder, [], now), "localhost")


def test_microseconds_are_a_moment() -> None:
    """The clock's unit becomes a moment in UTC."""
    assert moment(1_500_000) == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
