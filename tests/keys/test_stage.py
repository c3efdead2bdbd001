"""authenticate: what is accepted, what is remembered, and how soon a change counts."""

from __future__ import annotations

import asyncio
import logging

import msgspec
import pytest

from tests.keys.doubles import MemoryKeyStore, StandingClock, exchange_of
from yumen.errors import Forbidden, InvalidRequest, KeysUnreadable, Overloaded, Unauthenticated
from yumen.exchange.values import Content, Principal
from yumen.keys import Authenticate, IssuedKey, KeyChange, KeyIssuer, KeyOptions, KeyOrder, check_path
from yumen.keys.form import form_key
from yumen.keys.restrictions import OnlyAddresses, OnlyPaths
from yumen.storage import RevisionWatch, WatchOptions

DAY_US = 86_400_000_000


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands."""
    return StandingClock()


@pytest.fixture
def store() -> MemoryKeyStore:
    """An empty store."""
    return MemoryKeyStore()


@pytest.fixture
def issuer(store: MemoryKeyStore, clock: StandingClock) -> KeyIssuer:
    """Writes into the store."""
    return KeyIssuer(store, clock)


@pytest.fixture
def watch(store: MemoryKeyStore, clock: StandingClock) -> RevisionWatch:
    """The watch over the store's revision."""
    return RevisionWatch(store.revision, clock, WatchOptions(unreadable_s=30))


@pytest.fixture
def stage(store: MemoryKeyStore, clock: StandingClock, watch: RevisionWatch) -> Authenticate:
    """The stage over the store."""
    return Authenticate(store, clock, watch, KeyOptions(unknown_per_second=10))


async def ask(stage: Authenticate, key: str, header: bytes = b"X-Api-Key") -> Principal:
    """Ask with a key."""
    exchange = exchange_of((b"host", b"h"), (header, key.encode()), (b"content-type", b"application/json"))
    await stage(exchange)
    principal: Principal = exchange.principal
    return principal


def stranger(number: int) -> str:
    """A well-formed key that nobody made."""
    return form_key("production", f"apikey_{number:024d}", number.to_bytes(32))


async def test_a_key_says_who_asks(stage: Authenticate, issuer: KeyIssuer) -> None:
    """An accepted key sets the principal with its id, name, environment, workspace and paths."""
    issued = await issuer.create(KeyOrder("app", "staging", allowed_paths=("/v1/x",)))
    expected = Principal(issued.record.key_id, "app", "staging", "wrkspc_00000000000000000staging", ("/v1/x",))
    assert await ask(stage, issued.text) == expected
    assert await ask(stage, f"Bearer {issued.text}", b"AUTHORIZATION") == expected


@pytest.mark.parametrize("content", [Content.ALL, Content.OFF])
async def test_a_key_says_what_is_written_down_unless_nothing_is_to_be(
    store: MemoryKeyStore, clock: StandingClock, watch: RevisionWatch, issuer: KeyIssuer, content: Content
) -> None:
    """Also after a change, when every remembered key is judged anew; the organization's standing comes along."""
    stage = Authenticate(store, clock, watch, KeyOptions(keeps_content=content is Content.ALL))
    issued = await issuer.create(KeyOrder("app", content=Content.ALL))
    assert (await ask(stage, issued.text)).content is content
    await stage.follow()
    assert (await ask(stage, issued.text)).content is content
    store.records[issued.record.key_id] = msgspec.structs.replace(store.records[issued.record.key_id], isolated=True)
    await stage.follow()
    found = await ask(stage, issued.text)
    assert (found.isolated, found.keeps_content, found.storable) == (True, False, False)


async def test_a_second_request_reads_nothing(stage: Authenticate, issuer: KeyIssuer, store: MemoryKeyStore) -> None:
    """A remembered key is accepted from memory."""
    issued = await issuer.create(KeyOrder("app"))
    await ask(stage, issued.text)
    await ask(stage, issued.text)
    assert store.finds == 1


async def test_a_revoked_key_stops_at_the_next_poll(stage: Authenticate, watch: RevisionWatch, issuer: KeyIssuer) -> None:
    """After a revocation and one poll, a remembered key is refused with the reason."""
    issued = await issuer.create(KeyOrder("app"))
    await watch.poll()
    await ask(stage, issued.text)
    await issuer.revoke(issued.record)
    await watch.poll()
    with pytest.raises(Unauthenticated, match="invalid x-api-key: this key was revoked"):
        await ask(stage, issued.text)


async def test_a_read_before_the_change_does_not_outlive_it(
    stage: Authenticate, watch: RevisionWatch, issuer: KeyIssuer, store: MemoryKeyStore
) -> None:
    """A lookup that read a key before its revocation and ends after the poll is not remembered."""
    issued = await issuer.create(KeyOrder("app"))
    await watch.poll()

    async def revoke_meanwhile() -> None:
        store.before_find = None
        await issuer.revoke(issued.record)
        await watch.poll()

    store.before_find = revoke_meanwhile
    await ask(stage, issued.text)
    with pytest.raises(Unauthenticated, match="revoked"):
        await ask(stage, issued.text)


async def test_a_key_expires_between_polls(stage: Authenticate, issuer: KeyIssuer, clock: StandingClock) -> None:
    """An expiry counts at its microsecond, remembered or not."""
    issued = await issuer.create(KeyOrder("app", lifetime_us=DAY_US))
    await ask(stage, issued.text)
    clock.pass_s(86_399.999999)
    await ask(stage, issued.text)
    clock.us += 1
    with pytest.raises(Unauthenticated, match="expired"):
        await ask(stage, issued.text)


async def test_rotation_leaves_the_old_key_its_grace(
    stage: Authenticate, watch: RevisionWatch, issuer: KeyIssuer, clock: StandingClock
) -> None:
    """Both keys work during the grace, and the new one alone after it."""
    old = await issuer.create(KeyOrder("app"))
    await ask(stage, old.text)
    new = await issuer.rotate(old.record, 3_600_000_000)
    await watch.poll()
    await ask(stage, old.text)
    await ask(stage, new.text)
    clock.pass_s(3600)
    await ask(stage, new.text)
    with pytest.raises(Unauthenticated, match="expired"):
        await ask(stage, old.text)


async def test_a_new_key_works_before_the_next_poll(stage: Authenticate, watch: RevisionWatch, issuer: KeyIssuer) -> None:
    """A well-formed key that is not remembered is looked up before it is refused."""
    await watch.poll()
    issued = await issuer.create(KeyOrder("app"))
    assert (await ask(stage, issued.text)).key_id == issued.record.key_id


async def test_unknown_keys_are_looked_up_only_so_often(
    stage: Authenticate, store: MemoryKeyStore, clock: StandingClock, issuer: KeyIssuer
) -> None:
    """Beyond the rate unknown keys get a 529 without a read; with time the budget grows back; the same unknown key costs one read."""
    for number in range(10):
        with pytest.raises(Unauthenticated, match=r"^invalid x-api-key$"):
            await ask(stage, stranger(number))
    finds = store.finds
    with pytest.raises(Overloaded):
        await ask(stage, stranger(99))
    with pytest.raises(Unauthenticated):
        await ask(stage, stranger(3))
    assert store.finds == finds
    clock.pass_s(0.1)
    issued = await issuer.create(KeyOrder("app"))
    for _ in range(3):
        await ask(stage, issued.text)


async def test_a_right_id_with_a_wrong_secret_is_plainly_unknown(stage: Authenticate, issuer: KeyIssuer) -> None:
    """Who guesses at a known id learns nothing of it, even of a revoked key."""
    issued = await issuer.create(KeyOrder("app"))
    await issuer.revoke(issued.record)
    with pytest.raises(Unauthenticated, match=r"^invalid x-api-key$"):
        await ask(stage, form_key("production", issued.record.key_id, bytes(32)))


@pytest.mark.parametrize(
    ("headers", "beginning"),
    [
        ([], "x-api-key header is required"),
        ([(b"x-api-key", b"sk-ant-1")], "invalid x-api-key: this gateway takes its own"),
        ([(b"x-api-key", b"yk-production-1-2")], "invalid x-api-key: a key reads"),
        ([(b"authorization", b"Bearer " + stranger(1).encode()[:-1] + b"!")], "invalid x-api-key: a key reads"),
        ([(b"authorization", b"Bearer " + stranger(1).encode()[:-1] + b"0")], "invalid x-api-key: its checksum"),
    ],
)
async def test_refusals_that_need_no_store(
    stage: Authenticate, store: MemoryKeyStore, headers: list[tuple[bytes, bytes]], beginning: str
) -> None:
    """What cannot be a key is refused with a 401 that forbids a retry, without a read."""
    with pytest.raises(Unauthenticated, match=beginning) as caught:
        await stage(exchange_of(*headers))
    assert (caught.value.status, caught.value.should_retry, store.finds) == (401, False, 0)


async def test_trimming_is_logged_without_the_key(stage: Authenticate, issuer: KeyIssuer, caplog: pytest.LogCaptureFixture) -> None:
    """A key with a line break after it is accepted, and the log names its id, not its text."""
    issued = await issuer.create(KeyOrder("app"))
    with caplog.at_level(logging.WARNING):
        await ask(stage, issued.text + "\\n")
    assert issued.record.key_id in caplog.text
    assert issued.text not in caplog.text


async def break_for(watch: RevisionWatch, store: MemoryKeyStore, clock: StandingClock, seconds: float) -> None:
    """Let the store be silent for that long."""
    store.broken = True
    await watch.poll()
    clock.pass_s(seconds)
    await watch.poll()


async def test_fail_mode_refuse(
    stage: Authenticate, watch: RevisionWatch, issuer: KeyIssuer, store: MemoryKeyStore, clock: StandingClock
) -> None:
    """A silent store is borne for its time; then everyone is refused with a retryable 529, until it speaks again."""
    issued = await issuer.create(KeyOrder("app"))
    await watch.poll()
    await ask(stage, issued.text)
    await break_for(watch, store, clock, 29)
    await ask(stage, issued.text)
    clock.pass_s(1)
    await watch.poll()
    with pytest.raises(KeysUnreadable) as caught:
        await ask(stage, issued.text)
    assert (caught.value.status, caught.value.should_retry) == (529, True)
    store.broken = False
    await watch.poll()
    await ask(stage, issued.text)


async def test_fail_mode_serve(issuer: KeyIssuer, store: MemoryKeyStore, clock: StandingClock) -> None:
    """With the other fail mode remembered keys go on; those that are not remembered get a 529."""
    watch = RevisionWatch(store.revision, clock, WatchOptions(unreadable_s=30, refuse_unreadable=False))
    stage = Authenticate(store, clock, watch)
    remembered, other = [await issuer.create(KeyOrder(name)) for name in ("a", "b")]
    await ask(stage, remembered.text)
    await break_for(watch, store, clock, 31)
    await ask(stage, remembered.text)
    with pytest.raises(KeysUnreadable):
        await ask(stage, other.text)


async def test_the_watch_is_a_task_that_its_owner_ends(issuer: KeyIssuer, store: MemoryKeyStore, clock: StandingClock) -> None:
    """The watch polls until it is cancelled; without it nobody would notice a revocation, so from then on nobody passes."""
    watch = RevisionWatch(store.revision, clock, WatchOptions(poll_s=0))
    stage = Authenticate(store, clock, watch)
    issued: IssuedKey = await issuer.create(KeyOrder("app"))
    await ask(stage, issued.text)
    watching = asyncio.create_task(watch.run())
    await issuer.revoke(issued.record)
    async with asyncio.timeout(60):
        while stage._known:  # noqa: ASYNC110  (the stage has no event for it, and needs none)
            await asyncio.sleep(0)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    with pytest.raises(KeysUnreadable):
        await ask(stage, (await issuer.create(KeyOrder("other"))).text)


def test_a_path_outside_the_table_needs_a_key_that_names_it() -> None:
    """`check_path` lets listed paths pass and refuses others with a 403 that names the option."""
    principal = Principal("apikey_1", "n", "production", "wrkspc_1", ("/v1/skills*",))
    check_path(principal, "/v1/skills")
    with pytest.raises(Forbidden, match="--allow-path"):
        check_path(principal, "/v1/other")


async def test_a_key_keeps_to_its_addresses_and_paths(stage: Authenticate, issuer: KeyIssuer) -> None:
    """Before the body is read, a 403 that names the address seen, or the paths that it may use; the ledger still learns who it was."""
    here = await issuer.create(KeyOrder("here", restrictions=(OnlyAddresses(("192.0.2.0/24",)), OnlyPaths(("/v1/messages",)))))
    assert (await ask(stage, here.text)).key_id == here.record.key_id
    elsewhere = await issuer.create(KeyOrder("elsewhere", restrictions=(OnlyAddresses(("10.0.0.0/8",)),)))
    exchange = exchange_of((b"x-api-key", elsewhere.text.encode()))
    with pytest.raises(Forbidden, match=r"not be used from 192\.0\.2\.7:") as caught:
        await stage(exchange)
    assert (caught.value.status, caught.value.error_type, caught.value.should_retry) == (403, "permission_error", False)
    assert exchange.principal.key_id == elsewhere.record.key_id
    exchange = exchange_of((b"x-api-key", here.text.encode()))
    exchange.path = "/v1/files"
    with pytest.raises(Forbidden, match="it may use /v1/messages"):
        await stage(exchange)


async def test_a_new_restriction_holds_at_the_next_poll(stage: Authenticate, issuer: KeyIssuer, watch: RevisionWatch) -> None:
    """A remembered key is held to what it was changed to, and freed as soon."""
    issued = await issuer.create(KeyOrder("app"))
    await watch.poll()
    await ask(stage, issued.text)
    changed = await issuer.update(issued.record, KeyChange(restrictions=(OnlyAddresses(("10.0.0.0/8",)),)))
    await watch.poll()
    with pytest.raises(Forbidden):
        await ask(stage, issued.text)
    await issuer.update(changed, KeyChange(restrictions=()))
    await watch.poll()
    await ask(stage, issued.text)


@pytest.mark.parametrize(
    ("takes_label", "sent", "label"),
    [(True, b"ops", "ops"), (True, None, "own"), (False, b"ops", "own"), (False, b"", "own"), (True, "研发".encode(), "研发")],
)
async def test_a_request_may_name_its_label(
    stage: Authenticate, issuer: KeyIssuer, *, takes_label: bool, sent: bytes | None, label: str
) -> None:
    """Where its key allows it; elsewhere the header says nothing. The next request without one is booked on the key's own again."""
    order = KeyOrder("app", label="own", takes_label=takes_label, restrictions=(OnlyPaths(("/v1/messages",)),))
    issued = await issuer.create(order)
    named = [] if sent is None else [(b"x-yumen-label", sent)]
    exchange = exchange_of((b"x-api-key", issued.text.encode()), *named)
    await stage(exchange)
    assert exchange.principal.label == label
    assert (await ask(stage, issued.text)).label == "own"


async def test_a_bad_label_is_the_callers_fault(stage: Authenticate, issuer: KeyIssuer) -> None:
    """It is a 400 rather than a booking on somebody else."""
    issued = await issuer.create(KeyOrder("app", label="own", takes_label=True))
    with pytest.raises(InvalidRequest, match="x-yumen-label"):
        await stage(exchange_of((b"x-api-key", issued.text.encode()), (b"x-yumen-label", b" ")))
