"""What a parser made of the bytes of one connection."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Read:
    """One whole request. Names in lower case; framing headers left out, since each side keeps them in its own way."""

    method: str
    target: bytes
    version: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass
class Outcome:
    """The whole requests, in order, and whether what followed them was refused (else: more was waited for)."""

    requests: list[Read] = field(default_factory=list)
    refused: str = ""


FRAMING = frozenset({b"content-length", b"transfer-encoding"})


def read(method: str, target: bytes, version: str, headers: list[tuple[bytes, bytes]], body: bytes) -> Read:
    """Make a request of its parts."""
    kept = tuple((name.lower(), value) for name, value in headers if name.lower() not in FRAMING)
    return Read(method, target, version, kept, body)
