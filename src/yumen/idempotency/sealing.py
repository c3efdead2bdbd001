"""What is stored under a key opens by the key and the body alone, and neither is stored: the database by itself opens nothing."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from yumen.idempotency.values import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_BYTES = 32
NONCE_BYTES = 12
SALT = b"yumen idempotency 1"


class Scope(msgspec.Struct, frozen=True):
    """Where a key counts: another owner's, or another endpoint's, is another key."""

    workspace_id: str
    method: str
    path: str
    key: bytes


class Marks(msgspec.Struct, frozen=True):
    """What a request with a key is known by. Its `repr` shows no secret."""

    id: str
    """Of the row: a hash of the scope."""
    body_hash: bytes
    """By which a body is known again; made of the key, the query and the body, so that it says nothing of a body by itself."""
    secret: bytes
    """What the answer is sealed with: never stored."""

    def __repr__(self) -> str:
        return f"Marks(id={self.id!r})"


def digest_of(pieces: Iterable[bytes]) -> bytes:
    """Return the hash of a body."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def marks_of(scope: Scope, query: str, body_digest: bytes) -> Marks:
    """Return what a request is known by. A repeat with another query is another request, as one with another body is."""
    parts = (scope.workspace_id.encode(), scope.method.encode(), scope.path.encode("latin-1"), scope.key)
    row_id = hashlib.sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).hexdigest()
    asked = query.encode("latin-1")
    material = b"%d:%b%d:%b%b" % (len(scope.key), scope.key, len(asked), asked, body_digest)
    return Marks(row_id, _derived(material, b"compare " + row_id.encode()), _derived(material, b"seal " + row_id.encode()))


def _derived(material: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=SALT, info=purpose).derive(material)


def seal(marks: Marks, request_id: str, answer: Answer) -> bytes:
    """Encrypt an answer; it opens for the same marks and request alone."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(marks.secret).encrypt(nonce, msgspec.msgpack.encode(answer), request_id.encode())


def unseal(marks: Marks, request_id: str, sealed: bytes) -> Answer | None:
    """Open an answer; None where it does not."""
    try:
        opened = AESGCM(marks.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], request_id.encode())
        return msgspec.msgpack.decode(opened, type=Answer)
    except (InvalidTag, ValueError):  # msgspec's errors are ValueErrors
        return None
