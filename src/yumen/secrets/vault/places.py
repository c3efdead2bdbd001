"""Where a reference leads in Vault: which part of it is the mount, and whether version 1 or 2 of the key-value store is there. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.secrets.values import Reference, SecretMissing


class Place(msgspec.Struct, frozen=True):
    """A path in a mount of a version."""

    mount: str
    path: str
    version: int


class Mount(msgspec.Struct, frozen=True):
    """What Vault says of a mount."""

    path: str
    type: str
    options: dict[str, str] | None = None


class Version(msgspec.Struct, frozen=True):
    """What version 2 says of a value besides the value."""

    version: int
    created_time: str = ""
    deletion_time: str = ""
    destroyed: bool = False


class Versioned(msgspec.Struct, frozen=True):
    """A value of version 2; `data` is null where it was deleted."""

    metadata: Version
    data: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return "Versioned()"


def place_in(reference: Reference, mount: Mount) -> Place:
    """Return where the reference leads, if that is its mount; raise SecretMissing where the mount is of another kind."""
    if mount.type not in {"kv", "generic"}:
        raise SecretMissing(
            "{secret}: what is mounted at {mount} in Vault is no key-value store, but of the kind {kind}.",
            secret=reference,
            mount=mount.path,
            kind=mount.type,
        )
    version = 2 if (mount.options or {}).get("version") == "2" else 1
    return Place(mount.path.strip("/"), reference.name.strip("/").removeprefix(mount.path.strip("/")).strip("/"), version)


def guesses(name: str) -> list[Place]:
    """Return where a name may lead when Vault does not say: every beginning as a mount of version 2; at last version 1."""
    parts = name.strip("/").split("/")
    splits = [("/".join(parts[:cut]), "/".join(parts[cut:])) for cut in range(1, len(parts))]
    return [Place(mount, path, 2) for mount, path in splits] + [Place(mount, path, 1) for mount, path in splits[:1]]
