"""Making, rotating, revoking and finding keys."""

from __future__ import annotations

import msgspec
import pytest

from tests.keys.doubles import MemoryKeyStore, StandingClock
from yumen.errors import OperatorError
from yumen.keys import WORKSPACES, KeyIssuer, KeyOrder, KeyRecord, pick, status_of
from yumen.keys.form import digest_of, parse_key
from yumen.keys.values import Credential


async def test_only_the_hash_is_stored() -> None:
    """A created key's record holds the hash of its text and nothing of its secret."""
    store, clock = MemoryKeyStore(), StandingClock()
    issued = await KeyIssuer(store, clock).create(KeyOrder("app", lifetime_us=5))
    record = store.records[issued.record.key_id]
    assert record.digest == digest_of(issued.text)
    assert record.expires_at_us == clock.us + 5
    assert issued.text.rsplit("-", 1)[1] not in repr(record)
    assert parse_key(issued.text) == Credential(record.key_id, "production", record.digest)


async def test_an_unknown_environment_is_refused() -> None:
    """The order of a key for an environment that does not exist is one sentence to the operator."""
    with pytest.raises(OperatorError, match="production, staging"):
        await KeyIssuer(MemoryKeyStore(), StandingClock()).create(KeyOrder("app", "test"))


@pytest.mark.parametrize("order", [KeyOrder(" "), KeyOrder("app", lifetime_us=0), KeyOrder("app", allowed_paths=("v1/skills",))])
async def test_a_key_that_could_not_serve_is_not_made(order: KeyOrder) -> None:
    """No name, no life, a path that no request has: each is one sentence to the operator, and no key."""
    store = MemoryKeyStore()
    with pytest.raises(OperatorError):
        await KeyIssuer(store, StandingClock()).create(order)
    assert not store.records


async def test_rotation_keeps_what_the_key_was() -> None:
    """The new key has the old one's name, environment, paths and length of life; the old one knows its successor."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    old = (await issuer.create(KeyOrder("app", "staging", 1000, ("/v1/x",)))).record
    clock.us += 10
    new = (await issuer.rotate(old, 50)).record
    old = store.records[old.key_id]
    assert (new.name, new.environment, new.allowed_paths, new.expires_at_us) == ("app", "staging", ("/v1/x",), clock.us + 1000)
    assert (old.expires_at_us, old.replaced_by) == (clock.us + 50, new.key_id)


async def test_a_revoked_key_has_no_successor() -> None:
    """Rotating what was revoked makes no key, and says what does."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    revoked = await issuer.revoke((await issuer.create(KeyOrder("app"))).record)
    with pytest.raises(OperatorError, match="was revoked"):
        await issuer.rotate(revoked, 50)
    assert list(store.records) == [revoked.key_id]


async def test_grace_never_lengthens_a_life() -> None:
    """A key that ends before the grace would still ends then."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    old = (await issuer.create(KeyOrder("app", lifetime_us=1000))).record
    await issuer.rotate(old, 5000)
    assert store.records[old.key_id].expires_at_us == old.expires_at_us


async def test_revoking_twice_keeps_the_first_time() -> None:
    """A revocation is not moved by another."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    record = (await issuer.create(KeyOrder("app"))).record
    first = await issuer.revoke(record)
    clock.us += 10
    assert await issuer.revoke(first) == first


def record(key_id: str, name: str, **changes: object) -> KeyRecord:
    """A record in few words."""
    plain = KeyRecord(f"apikey_{key_id}", name, "production", WORKSPACES["production"], b"", created_at_us=0)
    return msgspec.structs.replace(plain, **changes)


RECORDS = [
    record("1", "once"),
    record("2", "rotated", expires_at_us=500, replaced_by="apikey_3"),
    record("3", "rotated"),
    record("4", "twice"),
    record("5", "twice"),
    record("6", "gone", revoked_at_us=5),
    record("7", "back", revoked_at_us=5),
    record("8", "back"),
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("once", "1"), ("apikey_2", "2"), ("2", "2"), ("rotated", "3"), ("gone", "6"), ("back", "8"), ("apikey_5", "5")],
)
def test_which_key_is_meant(wanted: str, found: str) -> None:
    """An id means its key; a name means the key that still counts, and of a rotation the newest."""
    assert pick(RECORDS, wanted, 100).public_id == found


@pytest.mark.parametrize(("wanted", "message"), [("none", "yumen keys list"), ("twice", "apikey_4, apikey_5")])
def test_what_is_not_one_key_is_refused(wanted: str, message: str) -> None:
    """No key of that name, or several, is one sentence that says what to do."""
    with pytest.raises(OperatorError, match=message):
        pick(RECORDS, wanted, 100)


@pytest.mark.parametrize(
    ("changes", "status"),
    [({}, "active"), ({"expires_at_us": 101}, "expiring"), ({"expires_at_us": 100}, "expired"), ({"revoked_at_us": 1}, "revoked")],
)
def test_where_a_key_stands(changes: dict[str, int], status: str) -> None:
    """A key is active, expiring, expired or revoked."""
    assert status_of(record("1", "n", **changes), 100) == status
