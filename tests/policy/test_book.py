"""What applies to whom: the operator's file and what is attached; and what cannot be told, or read, refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from tests.policy.documents import rule
from yumen.clock import Clock
from yumen.errors import PolicyUnavailable
from yumen.exchange.values import Principal
from yumen.policy.book import Book
from yumen.policy.compiled import Compiled
from yumen.policy.store import Attached, Version
from yumen.policy.stored import stored_form
from yumen.policy.values import Mode, Policy, StoredPolicy
from yumen.storage import DatabaseUnavailable, RevisionWatch, WatchOptions

ALICE = Principal("apikey_a", "a", "production", "wrkspc_a", organization_id="org_a")
BOB = Principal("apikey_b", "b", "production", "wrkspc_b", organization_id="org_b")


class Shelf:
    """A `PolicyStore` of what a test puts there, and the revision beside it."""

    def __init__(self) -> None:
        """Begin empty."""
        self.policies: dict[Version, bytes] = {}
        self.attachments: list[Attached] = []
        self.revision = 0
        self.away = False
        self.read: list[Version] = []

    def put(self, name: str, scope_id: str, *, version: int = 1, shadow: bool = False, mode: Mode = Mode.ENFORCE) -> None:
        """Store a policy and attach it."""
        self.policies[name, version] = stored_form(Policy(name, mode=mode, rules=(rule(name),)))
        self.attachments.append(Attached(scope_id, name, version, shadow))
        self.revision += 1

    async def read_revision(self) -> int:
        """Return the revision."""
        if self.away:
            raise DatabaseUnavailable
        return self.revision

    async def attached(self) -> list[Attached]:
        """Return what is attached."""
        await self.read_revision()
        return list(self.attachments)

    async def documents(self, versions: Collection[Version]) -> list[StoredPolicy]:
        """Return documents."""
        await self.read_revision()
        self.read += versions
        found = [each for each in versions if each in self.policies]
        return [StoredPolicy(name, None, name, version, self.policies[name, version], 0, "x") for name, version in found]


class Reader:
    """A shelf, the watch over it, and the book."""

    def __init__(self, file: Policy | None = None) -> None:
        """Begin with an empty shelf."""
        self.shelf = Shelf()
        self.watch = RevisionWatch(self.shelf.read_revision, Clock(), WatchOptions(unreadable_s=30.0))
        self.book = Book(self.shelf, self.watch, file)

    async def names(self, principal: Principal = ALICE) -> list[str]:
        """Return which policies a principal is under, after a look at the revision."""
        await self.watch.poll()
        return names_of(await self.book.of(principal))


def names_of(compiled: Compiled) -> list[str]:
    """Return policies by name, those in shadow marked."""
    return [each.policy.name + ("?" if each.shadow else "") for each in compiled.applied]


async def test_what_is_attached_applies_where_it_is() -> None:
    """The operator's file to everybody; the organization's, workspace's and key's to their own alone, in this order."""
    reader = Reader(Policy("file", rules=(rule(),)))
    assert await reader.names() == ["file"]
    reader.shelf.put("of-key", "apikey_a")
    reader.shelf.put("of-workspace", "wrkspc_a")
    reader.shelf.put("of-organization", "org_a", shadow=True)
    reader.shelf.put("anothers", "apikey_b")
    assert await reader.names() == ["file", "of-organization?", "of-workspace", "of-key"]
    assert await reader.names(BOB) == ["file", "anothers"]
    reader.shelf.attachments.clear()
    reader.shelf.revision += 1
    assert await reader.names() == ["file"]


async def test_nothing_applies_where_nothing_is_attached() -> None:
    """Then what is compiled is idle, and the bytes pass untouched."""
    reader = Reader()
    await reader.watch.poll()
    assert (await reader.book.of(ALICE)).idle


async def test_attached_twice_a_policy_acts() -> None:
    """In shadow for the organization and not for the key: it acts for the key; a document in shadow never does."""
    reader = Reader()
    reader.shelf.put("p", "org_a", shadow=True)
    reader.shelf.put("p", "apikey_a")
    reader.shelf.put("quiet", "org_a", mode=Mode.SHADOW)
    assert await reader.names() == ["p", "quiet?"]


async def test_a_document_is_read_and_compiled_once() -> None:
    """Whoever else is under it, and whatever else changes; a new version is another document."""
    reader = Reader()
    reader.shelf.put("p", "org_a")
    await reader.names()
    reader.shelf.put("other", "apikey_b")
    first = await reader.book.of(ALICE)
    assert await reader.names() == ["p"]
    assert await reader.book.of(ALICE) is first
    assert reader.shelf.read == [("p", 1), ("other", 1)]
    reader.shelf.attachments.pop(0)
    reader.shelf.put("p", "org_a", version=2)
    await reader.watch.poll()
    assert (await reader.book.of(ALICE)).applied[0].version == 2


async def test_what_was_looked_up_before_a_change_does_not_outlive_it() -> None:
    """A request that is under way ends under the policies that it began with; the next one is under those of now."""
    reader = Reader()
    reader.shelf.put("p", "org_a")
    await reader.names()
    reader.shelf.put("q", "org_a")
    await reader.watch.poll()
    async with reader.book._making:
        looking = asyncio.create_task(reader.book.of(ALICE))
        await asyncio.sleep(0)  # it waits for what is being compiled
        reader.shelf.put("r", "org_a")
        await reader.watch.poll()
    assert names_of(await looking) == ["p", "q"]
    assert names_of(await reader.book.of(ALICE)) == ["p", "q", "r"]


@pytest.mark.parametrize(
    "document",
    [None, b"{", b'{"name":"p","rules":[{"name":"r","action":"block","why":"x","patterns":["(("]}]}'],
    ids=["missing", "damaged", "meaningless"],
)
async def test_what_cannot_be_read_refuses_and_is_told(document: bytes | None, caplog: pytest.LogCaptureFixture) -> None:
    """Everything under it, and nothing else; in the log and in the metrics; and it is in force again once it can be read."""
    reader = Reader()
    reader.shelf.put("p", "org_a")
    good = reader.shelf.policies.pop(("p", 1))
    if document is not None:
        reader.shelf.policies["p", 1] = document
    for _ in range(2):
        with pytest.raises(PolicyUnavailable):
            await reader.names()
    assert await reader.names(BOB) == []
    assert (reader.book.broken, reader.book.refused) == (1, 2)
    assert await reader.book.look() == "1 can be neither read nor compiled"
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "every request under" in caplog.text
    if document != b"{" and document is not None:
        return  # it can be read, and means nothing: only a new version does
    reader.shelf.policies["p", 1] = good
    reader.shelf.revision += 1
    assert await reader.names() == ["p"]
    assert (reader.book.broken, await reader.book.look()) == (0, None)


async def test_before_anything_was_read_nothing_passes() -> None:
    """A gateway that has not seen its policies yet does not know what it may send."""
    reader = Reader()
    reader.shelf.away = True
    with pytest.raises(PolicyUnavailable):
        await reader.names()
    reader.shelf.away = False
    assert await reader.names() == []


async def test_while_the_store_is_away_what_was_read_holds_until_the_watch_is_blind() -> None:
    """Then everything is refused."""
    reader = Reader()
    reader.shelf.put("p", "org_a")
    assert await reader.names() == ["p"]
    reader.shelf.away = True
    assert await reader.names() == ["p"]
    reader.watch.blind = True
    with pytest.raises(PolicyUnavailable):
        await reader.book.of(ALICE)


async def test_a_key_s_first_request_finds_what_was_just_attached() -> None:
    """Without waiting for the next look at the revision."""
    reader = Reader()
    assert await reader.names(BOB) == []
    reader.shelf.put("p", "apikey_a")
    assert names_of(await reader.book.of(ALICE)) == ["p"]
