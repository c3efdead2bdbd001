"""Making, rotating, revoking and finding keys."""

from __future__ import annotations

import msgspec
import pytest

from tests.keys.doubles import MemoryKeyStore, StandingClock
from yumen.audit import Actor
from yumen.errors import OperatorError
from yumen.keys import WORKSPACES, KeyChange, KeyIssuer, KeyOrder, KeyRecord, Role, Workspace, pick, status_of
from yumen.keys.form import digest_of, parse_key
from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, OnlyPaths, Restriction
from yumen.keys.values import Credential

HOME = Workspace("wrkspc_1", "org_1", "staging")
ONE = (MaxTokens(5),)


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
    """The new key has all that the old one had, and its length of life; the old one knows its successor."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    old = (
        await issuer.create(
            KeyOrder("app", "staging", 1000, ("/v1/x",), HOME, "user_1", None, "ops", takes_label=True, restrictions=ONE, drain_s=5)
        )
    ).record
    clock.us += 10
    new = (await issuer.rotate(old, 50)).record
    old = store.records[old.key_id]
    assert (new.name, new.environment, new.allowed_paths, new.expires_at_us) == ("app", "staging", ("/v1/x",), clock.us + 1000)
    same = ("workspace_id", "organization_id", "user_id", "label", "takes_label", "restrictions", "drain_s")
    assert (
        [getattr(new, name) for name in same]
        == [getattr(old, name) for name in same]
        == ["wrkspc_1", "org_1", "user_1", "ops", True, ONE, 5]
    )
    assert (old.expires_at_us, old.replaced_by) == (clock.us + 50, new.key_id)


async def test_a_revoked_key_has_no_successor() -> None:
    """Rotating what was revoked makes no key, and says what does; a revocation while somebody rotates wins too."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    seen = (await issuer.create(KeyOrder("app"))).record
    revoked = await issuer.revoke(seen)
    for known in (revoked, seen):
        with pytest.raises(OperatorError, match="was revoked"):
            await issuer.rotate(known, 50)
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


ACTOR = Actor("user:user_1", "192.0.2.7")


async def test_every_act_is_audited() -> None:
    """Who, what, what was before and after: of each write one act, with the store's own write; and never a hash or a key."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock, ACTOR)
    issued = await issuer.create(KeyOrder("app", restrictions=(MaxTokens(5),)))
    changed = await issuer.update(issued.record, KeyChange(name="web", label="ops", active=False, expires_at_us=clock.us + 5))
    successor = (await issuer.rotate(changed, 50)).record
    await issuer.revoke(store.records[changed.key_id])
    assert [(act.action, act.target, act.actor, act.organization_id) for act in store.acts] == [
        (f"api_key.{verb}", changed.key_id, ACTOR, changed.organization_id) for verb in ("create", "update", "rotate", "revoke")
    ]
    created, updated, rotated, revoked = store.acts
    assert created.before is None
    assert created.after is not None
    assert created.after["restrictions"] == ({"type": "max_tokens", "tokens": 5},)
    assert updated.before == {"expires_at_us": None, "inactive_at_us": None, "label": None, "name": "app"}
    assert updated.after == {"expires_at_us": clock.us + 5, "inactive_at_us": clock.us, "label": "ops", "name": "web"}
    assert (rotated.after or {})["replaced_by"] == successor.key_id
    assert (revoked.before, revoked.after) == ({"revoked_at_us": None}, {"revoked_at_us": clock.us})
    assert "digest" not in repr(store.acts)
    assert issued.text not in repr((store.acts, issued))


async def test_what_does_not_change_is_not_written() -> None:
    """An update to what is so already leaves no act and no revision."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    record = (await issuer.create(KeyOrder("app", label="ops"))).record
    assert await issuer.update(record, KeyChange(name="app", label="ops", active=True)) == record
    assert (len(store.acts), store.number) == (1, 1)


async def test_a_key_is_switched_off_and_on() -> None:
    """What was switched off is as before when it is switched on again."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    record = (await issuer.create(KeyOrder("app"))).record
    off = await issuer.update(record, KeyChange(active=False))
    assert status_of(off, clock.us) == "inactive"
    assert await issuer.update(off, KeyChange(active=True)) == record


async def test_a_revoked_key_is_not_changed() -> None:
    """Not by one who knows of the revocation, nor by one who read the key before it."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    record = (await issuer.create(KeyOrder("app"))).record
    revoked = await issuer.revoke(record)
    for known in (record, revoked):
        with pytest.raises(OperatorError, match="stays so"):
            await issuer.update(known, KeyChange(name="other"))
    assert await issuer.revoke(record) == revoked
    assert len(store.acts) == 2


async def test_a_key_belongs_to_one_workspace() -> None:
    """Its environment and organization are the workspace's; an archived workspace gets no key."""
    store, clock = MemoryKeyStore(), StandingClock()
    order = KeyOrder("app", workspace=HOME, user_id="user_1", created_by="user_2")
    record = (await KeyIssuer(store, clock).create(order)).record
    assert (record.environment, record.workspace_id, record.organization_id) == ("staging", "wrkspc_1", "org_1")
    assert (record.user_id, record.created_by) == ("user_1", "user_2")
    with pytest.raises(OperatorError, match="archived"):
        await KeyIssuer(store, clock).create(KeyOrder("app", workspace=msgspec.structs.replace(HOME, archived=True)))


async def test_an_admin_key_has_a_role_and_no_workspace() -> None:
    """`yk-admin-…`, of an organization; an operator is nobody's."""
    store, clock = MemoryKeyStore(), StandingClock()
    issued = await KeyIssuer(store, clock).create(KeyOrder("ops", role=Role.ADMIN, organization_id="org_1"))
    assert issued.text.startswith("yk-admin-")
    assert (issued.record.role, issued.record.organization_id, issued.record.workspace_id) == (Role.ADMIN, "org_1", "")
    with pytest.raises(OperatorError, match="above all organizations"):
        await KeyIssuer(store, clock).create(KeyOrder("ops", role=Role.OPERATOR, organization_id="org_1"))


@pytest.mark.parametrize("name", ["", "  ", "a\tb", "a\x1b[2J", "x" * 101])
async def test_a_name_is_printable_and_short(name: str) -> None:
    """For a new key and a changed one alike."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    record = (await issuer.create(KeyOrder("数据分析 " + "x" * 95))).record
    with pytest.raises(OperatorError, match="name"):
        await issuer.create(KeyOrder(name))
    with pytest.raises(OperatorError, match="name"):
        await issuer.update(record, KeyChange(name=name))


WRONG: list[tuple[tuple[Restriction, ...], str]] = [
    ((OnlyAddresses(()),), "1 to 1000"),
    ((OnlyAddresses(("10.0.0.1/8",)),), "not '10.0.0.1/8'"),
    ((OnlyModels((" ",)),), "a model is a name"),
    ((OnlyPaths(("v1",)),), "begins with a slash"),
    ((MaxTokens(0),), "at least 1"),
    ((MaxTokens(1), MaxTokens(2)), "at most one restriction of a kind"),
]


@pytest.mark.parametrize(("restrictions", "message"), WRONG)
async def test_restrictions_that_will_not_do(restrictions: tuple[Restriction, ...], message: str) -> None:
    """They are refused with a sentence when the key is made, and when it is changed; nothing is written."""
    store, clock = MemoryKeyStore(), StandingClock()
    issuer = KeyIssuer(store, clock)
    record = (await issuer.create(KeyOrder("app"))).record
    with pytest.raises(OperatorError, match=message):
        await issuer.create(KeyOrder("app", restrictions=restrictions))
    with pytest.raises(OperatorError, match=message):
        await issuer.update(record, KeyChange(restrictions=restrictions))
    assert len(store.acts) == 1


async def test_addresses_are_kept_as_they_are_shown() -> None:
    """Each once, in its shortest form, IPv4 without IPv6's clothes."""
    order = KeyOrder("app", restrictions=(OnlyAddresses(("::ffff:10.0.0.0/104", "10.0.0.0/8", "2001:0db8::0001", "192.0.2.7/32")),))
    issued = await KeyIssuer(MemoryKeyStore(), StandingClock()).create(order)
    assert issued.record.restrictions == (OnlyAddresses(("10.0.0.0/8", "2001:db8::1", "192.0.2.7")),)


@pytest.mark.parametrize("label", ["", " a", "x" * 65, "a\nb"])
async def test_a_label_that_will_not_do(label: str) -> None:
    """It is refused with a sentence."""
    with pytest.raises(OperatorError, match="a label has 1 to 64"):
        await KeyIssuer(MemoryKeyStore(), StandingClock()).create(KeyOrder("app", label=label))


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
    [
        ({}, "active"),
        ({"inactive_at_us": 1}, "inactive"),
        ({"expires_at_us": 101}, "expiring"),
        ({"expires_at_us": 100}, "expired"),
        ({"revoked_at_us": 1}, "revoked"),
    ],
)
def test_where_a_key_stands(changes: dict[str, int], status: str) -> None:
    """A key is active, expiring, expired or revoked."""
    assert status_of(record("1", "n", **changes), 100) == status
