"""Admin keys: which credentials open the admin API, and that strangers cannot keep the store busy."""

from __future__ import annotations

import msgspec
import pytest

from tests.keys.doubles import MemoryKeyStore, StandingClock
from yumen.errors import Forbidden, KeysUnreadable, Overloaded, Unauthenticated
from yumen.keys import AdminKeys, IssuedKey, KeyChange, KeyIssuer, KeyOrder, Role
from yumen.keys.form import form_key
from yumen.keys.restrictions import MaxTokens, OnlyAddresses

HERE = "192.0.2.7"
PATH = "/v1/organizations/api_keys"


@pytest.fixture
def store() -> MemoryKeyStore:
    """An empty store."""
    return MemoryKeyStore()


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands."""
    return StandingClock()


@pytest.fixture
def issuer(store: MemoryKeyStore, clock: StandingClock) -> KeyIssuer:
    """Writes into the store."""
    return KeyIssuer(store, clock)


@pytest.fixture
def admin(store: MemoryKeyStore, clock: StandingClock) -> AdminKeys:
    """What is tested."""
    return AdminKeys(store, clock, unknown_per_second=3)


async def made(issuer: KeyIssuer, **order: object) -> IssuedKey:
    """An operator's key."""
    return await issuer.create(msgspec.structs.replace(KeyOrder("ops", role=Role.OPERATOR), **order))


async def test_an_admin_key_opens_the_admin_api(admin: AdminKeys, issuer: KeyIssuer) -> None:
    """In either header, as often as it likes, with the role and organization that it was made with."""
    issued = await made(issuer, role=Role.BILLING, organization_id="org_1")
    assert issued.text.startswith("yk-admin-")
    for value in (issued.text, f"Bearer {issued.text}") * 5:
        record = await admin.authenticate([value.encode()], HERE, PATH)
        assert (record.key_id, record.role, record.organization_id) == (issued.record.key_id, Role.BILLING, "org_1")


async def test_a_change_counts_at_once(admin: AdminKeys, issuer: KeyIssuer, clock: StandingClock) -> None:
    """Switched off, expired or revoked: refused at the very next call, with the reason."""
    issued = await made(issuer, lifetime_us=1000)
    await issuer.update(issued.record, KeyChange(active=False))
    with pytest.raises(Unauthenticated, match="switched off"):
        await admin.authenticate([issued.text.encode()], HERE, PATH)
    clock.us += 1000
    with pytest.raises(Unauthenticated, match="expired"):
        await admin.authenticate([issued.text.encode()], HERE, PATH)
    await issuer.revoke(issued.record)
    with pytest.raises(Unauthenticated, match="revoked"):
        await admin.authenticate([issued.text.encode()], HERE, PATH)


async def test_a_key_for_models_opens_nothing_here(admin: AdminKeys, issuer: KeyIssuer) -> None:
    """The refusal says which keys do."""
    issued = await issuer.create(KeyOrder("app"))
    with pytest.raises(Unauthenticated, match="yk-admin-"):
        await admin.authenticate([issued.text.encode()], HERE, PATH)


async def test_an_admin_key_keeps_to_its_addresses(admin: AdminKeys, issuer: KeyIssuer) -> None:
    """From elsewhere it is a 403; restrictions on what only models know do not matter."""
    issued = await made(issuer, restrictions=(OnlyAddresses(("10.0.0.0/8",)), MaxTokens(5)))
    await admin.authenticate([issued.text.encode()], "10.1.2.3", PATH)
    with pytest.raises(Forbidden, match=HERE):
        await admin.authenticate([issued.text.encode()], HERE, PATH)


async def test_strangers_are_looked_up_only_so_often(
    admin: AdminKeys, issuer: KeyIssuer, store: MemoryKeyStore, clock: StandingClock
) -> None:
    """Beyond the rate there is no read, and a 529; what cannot be a key costs none at all; a key seen before is let in; time heals."""
    issued, known = await made(issuer), await made(issuer)
    for values in ([], [b"sk-ant-1"], [b"yk-admin-cut"]):
        with pytest.raises(Unauthenticated):
            await admin.authenticate(values, HERE, PATH)
    assert store.finds == 0
    await admin.authenticate([known.text.encode()], HERE, PATH)
    strangers = [form_key("admin", f"apikey_{number:024}", bytes(32)).encode() for number in range(4)]
    for stranger in strangers[:3]:
        with pytest.raises(Unauthenticated, match=r"^invalid x-api-key$"):
            await admin.authenticate([stranger], HERE, PATH)
    with pytest.raises(Overloaded):
        await admin.authenticate([strangers[3]], HERE, PATH)
    assert store.finds == 4
    await admin.authenticate([known.text.encode()], HERE, PATH)
    forged = form_key("admin", known.record.key_id, bytes(32)).encode()
    for values in ([forged], [issued.text.encode()]):
        with pytest.raises(Overloaded):
            await admin.authenticate(values, HERE, PATH)
    clock.pass_s(1)
    assert (await admin.authenticate([issued.text.encode()], HERE, PATH)).role is Role.OPERATOR


async def test_whoever_has_just_signed_in_is_let_in_while_strangers_try(admin: AdminKeys, issuer: KeyIssuer) -> None:
    """A new key's holder does not wait behind those who guess, and is judged like everybody else."""
    issued, revoked = await made(issuer), await made(issuer)
    for number in range(3):
        with pytest.raises(Unauthenticated):
            await admin.authenticate([form_key("admin", f"apikey_{number:024}", bytes(32)).encode()], HERE, PATH)
    await issuer.revoke(revoked.record)
    for key in (issued, revoked):
        with pytest.raises(Overloaded):
            await admin.authenticate([key.text.encode()], HERE, PATH)
        admin.expect(key.text.encode())
    assert (await admin.authenticate([issued.text.encode()], HERE, PATH)).role is Role.OPERATOR
    with pytest.raises(Unauthenticated):
        await admin.authenticate([revoked.text.encode()], HERE, PATH)


async def test_a_silent_store_refuses(admin: AdminKeys, issuer: KeyIssuer, store: MemoryKeyStore) -> None:
    """Nobody is let in on what was true before."""
    issued = await made(issuer)
    store.broken = True
    with pytest.raises(KeysUnreadable):
        await admin.authenticate([issued.text.encode()], HERE, PATH)
