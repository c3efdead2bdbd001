"""Who may pass: reads the two credential headers, judges a key by its record, and words the refusals."""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import TYPE_CHECKING

from yumen.keys.form import MARK, parse_key
from yumen.keys.restrictions import matches
from yumen.keys.values import ADMIN, Credential, KeyRecord, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

_EDGE = rb"(?:[\s\x00\xa0]|\xc2\xa0|\xe2\x80[\x8b-\x8f]|\xef\xbb\xbf|\\[nrt])*"
"""What gets stuck to a copied key: white space, a no-break or zero-width space, a byte-order mark, an escape that nobody undid."""
_TRIM = re.compile(_EDGE + rb"(.*?)" + _EDGE, re.DOTALL)
_BEARER = re.compile(rb"bearer(?:[\s\xa0]|\\[nrt])+", re.IGNORECASE)

MESSAGES: dict[Reason, str] = {
    Reason.MISSING: "x-api-key header is required: send a key of this gateway in x-api-key, or as authorization: Bearer",
    Reason.FOREIGN: "invalid x-api-key: this gateway takes its own keys, which begin with yk-",
    Reason.MALFORMED: "invalid x-api-key: a key reads yk-<environment>-<id>-<secret>; this one is cut short or has other characters in it",
    Reason.MISTYPED: "invalid x-api-key: its checksum does not fit, so a character of it was changed or lost in copying",
    Reason.DIFFERENT: "invalid x-api-key: x-api-key and authorization carry two different keys",
    Reason.ADMIN_KEY: "invalid x-api-key: an admin key opens the admin API, not this one",
    Reason.NO_ADMIN_KEY: "invalid x-api-key: the admin API takes admin keys, which begin with yk-admin-",
    Reason.UNKNOWN: "invalid x-api-key",
    Reason.EXPIRED: "invalid x-api-key: this key has expired",
    Reason.REVOKED: "invalid x-api-key: this key was revoked",
    Reason.INACTIVE: "invalid x-api-key: this key is switched off",
    Reason.SUSPENDED: "invalid x-api-key: this key's organization is suspended",
}
"""What the caller reads. The beginnings are Claude's own, so that programs which match on them work.

That a key expired or was revoked is told only to those who hold the whole of it; a right id with a wrong secret is plainly unknown.
"""


def read_credential(values: Iterable[bytes]) -> Credential | Reason:
    """Read the values of every `x-api-key` and `authorization` header: one key of ours, or why not.

    A foreign value beside a key of ours is ignored (client programs fill the other header from their environment);
    two keys of ours must be equal. `Bearer` is allowed before a key in either header.
    """
    sent = [_bare(value) for value in values]
    if not any(text for text, _ in sent):
        return Reason.MISSING
    ours = [(text, trimmed) for text, trimmed in sent if text.startswith(MARK)]
    if not ours:
        return Reason.FOREIGN
    if len({text for text, _ in ours}) > 1:
        return Reason.DIFFERENT
    return parse_key(ours[0][0], trimmed=any(trimmed for _, trimmed in ours))


def _bare(value: bytes) -> tuple[str, bool]:
    """Return a header's value without `Bearer` and what stands around it, and whether anything had to be cut off."""
    scheme = _BEARER.match(value)
    rest = value[scheme.end() :] if scheme else value
    match = _TRIM.fullmatch(rest)
    bare = match[1] if match else rest
    return bare.decode("latin-1"), len(bare) != len(rest)


def judge(record: KeyRecord | None, credential: Credential, now_us: int) -> Reason | None:
    """Judge a credential for Claude's API by the record of the id that it claims. None: it is accepted."""
    if record is None or not compare_digest(record.digest, credential.digest):
        return Reason.UNKNOWN
    if credential.environment == ADMIN:
        return Reason.ADMIN_KEY
    return ended(record, now_us)


def judge_admin(record: KeyRecord | None, credential: Credential, now_us: int) -> Reason | None:
    """Judge a credential for the admin API in the same way. What it accepts has a role."""
    if record is None or not compare_digest(record.digest, credential.digest):
        return Reason.UNKNOWN
    if credential.environment != ADMIN or record.role is None:
        return Reason.NO_ADMIN_KEY
    return ended(record, now_us)


def ended(record: KeyRecord, now_us: int) -> Reason | None:
    """Return why a key that is right counts no longer, or not now."""
    if record.revoked_at_us is not None:
        return Reason.REVOKED
    if record.expires_at_us is not None and record.expires_at_us <= now_us:
        return Reason.EXPIRED
    if record.inactive_at_us is not None:
        return Reason.INACTIVE
    return Reason.SUSPENDED if record.suspended else None


def path_allowed(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a key's list allows a path: a pattern is a whole path, or its beginning with `*` at the end."""
    return matches(path, patterns)
