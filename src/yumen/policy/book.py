"""Which policies a principal is under: the operator's file, and what is attached to its organization, workspace and key. Fails closed."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from yumen.errors import OperatorError, PolicyUnavailable
from yumen.policy.compiled import compile_policies
from yumen.policy.stored import from_store
from yumen.policy.values import Applied, Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.exchange.values import Principal
    from yumen.policy.compiled import Compiled
    from yumen.policy.store import Attached, PolicyStore, Version
    from yumen.policy.values import Policy
    from yumen.storage import RevisionWatch

log = logging.getLogger("yumen.policy")

REMEMBERED = 20_000
"""How many principals' policies are kept at hand; beyond that they are looked up anew."""
COMPILED = 200
"""How many combinations of policies are kept compiled: one of 10,000 words takes some megabytes."""

Under = tuple[tuple[str, int, bool], ...]
"""What a principal is under: each policy's id, version, and whether it only counts."""
FILE = "file"
"""Stands for the id of the operator's file."""


class Book:
    """Knows what applies to whom, compiled. While the database cannot be read, what was read last holds as long as the watch allows."""

    def __init__(self, store: PolicyStore, watch: RevisionWatch, file: Policy | None = None) -> None:
        """Read from a store, and follow the watch over its revision; before `follow` has run once, nothing passes."""
        self._store = store
        self._watch = watch
        self._documents: dict[Version, Policy | None] = {} if file is None else {(FILE, 0): file}
        """Every policy that is attached; None: it cannot be read."""
        self._attached: dict[str, list[Attached]] | None = None
        self._known: dict[tuple[str, str, str], Compiled] = {}
        self._compiled: dict[Under, Compiled | None] = {}
        """None: it cannot be compiled."""
        self._seen: set[str] = set()
        """Keys that have been here before."""
        self._making = asyncio.Lock()
        self._turn = 0
        self.refused = 0
        """Requests that were refused because their policy cannot be read."""
        watch.join(self)

    @property
    def broken(self) -> int:
        """How many policies that are attached can be neither read nor compiled."""
        return sum(policy is None for policy in self._documents.values()) + sum(made is None for made in self._compiled.values())

    async def look(self) -> str | None:
        """Return what is wrong with the policies, in a few words; None: nothing."""
        if self._attached is None:
            return "they could not be read yet"
        return f"{self.broken} can be neither read nor compiled" if self.broken else None

    async def of(self, principal: Principal) -> Compiled:
        """Return what a principal is under. Raises PolicyUnavailable where that cannot be told, or cannot be done."""
        try:
            known = None if self._watch.blind else self._known.get((principal.organization_id, principal.workspace_id, principal.key_id))
            return known if known is not None else await self._look_up(principal)
        except PolicyUnavailable:
            self.refused += 1
            raise

    async def _look_up(self, principal: Principal) -> Compiled:
        if self._watch.blind:
            raise PolicyUnavailable
        if principal.key_id not in self._seen:
            # It may be younger than what is remembered, and its first requests are to be under its policies like all others.
            await self._watch.poll()
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen.add(principal.key_id)
        if self._attached is None:
            raise PolicyUnavailable
        turn = self._turn
        found = await self._made(self._under(self._attached, principal))
        if turn == self._turn:  # what was looked up before a change must not outlive it
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[principal.organization_id, principal.workspace_id, principal.key_id] = found
        return found

    def _under(self, attached: dict[str, list[Attached]], principal: Principal) -> Under:
        """Return what a principal is under. Attached twice, once in shadow, a policy acts."""
        places = (principal.organization_id, principal.workspace_id, principal.key_id)
        under: dict[Version, bool] = {}
        if (FILE, 0) in self._documents:
            under[FILE, 0] = False
        for each in (each for place in places for each in attached.get(place, ())):
            version = version_of(each)
            under[version] = under.get(version, True) and each.shadow
        return tuple((*version, shadow) for version, shadow in under.items())

    async def _made(self, under: Under) -> Compiled:
        """Return policies compiled, each combination once. Raises PolicyUnavailable where one of them cannot be read or compiled."""
        if any(self._documents.get((policy_id, version)) is None for policy_id, version, _ in under):
            raise PolicyUnavailable
        async with self._making:
            if under not in self._compiled:
                if len(self._compiled) >= COMPILED:
                    self._compiled.clear()
                    self._known.clear()
                self._compiled[under] = await self._compile(under)
            found = self._compiled[under]
        if found is None:
            raise PolicyUnavailable
        return found

    async def _compile(self, under: Under) -> Compiled | None:
        applied = []
        for policy_id, version, shadow in under:
            policy = self._documents.get((policy_id, version))
            if policy is None:
                return None  # it is attached no longer, and this answer is for nobody
            applied.append(Applied(policy, version, shadow=shadow or policy.mode is Mode.SHADOW))
        try:
            return await asyncio.to_thread(compile_policies, tuple(applied))
        except OperatorError as error:
            log.error("policies cannot be compiled (%s): every request under them is refused: %s", names_of(applied), error)  # noqa: TRY400
            return None

    async def follow(self) -> None:
        """Read anew what is attached. Raises DatabaseUnavailable; then what is known stays."""
        attached = await self._store.attached()
        wanted = dict.fromkeys(version_of(each) for each in attached)
        missing = [version for version in wanted if self._documents.get(version) is None]
        documents = await self._read(missing)
        kept = {version: policy for version, policy in self._documents.items() if version in wanted or version[0] == FILE}
        self._turn += 1
        self._documents = kept | documents
        self._attached = by_place(attached)
        self._known.clear()
        self._compiled = {under: made for under, made in self._compiled.items() if made is not None and self._has(under)}

    def _has(self, under: Under) -> bool:
        return all((policy_id, version) in self._documents for policy_id, version, _ in under)

    async def _read(self, versions: Sequence[Version]) -> dict[Version, Policy | None]:
        """Return policies by their versions; None where one is not there, or has no meaning."""
        if not versions:
            return {}
        stored = {(each.id, each.version): each.document for each in await self._store.documents(versions)}
        read: dict[Version, Policy | None] = {}
        for version in versions:
            try:
                document = stored[version]
                read[version] = await asyncio.to_thread(from_store, document)
            except (KeyError, OperatorError) as error:
                reason = "it is not there" if isinstance(error, KeyError) else error
                log.error("the policy %s, version %s, cannot be read: every request under it is refused: %s", *version, reason)  # noqa: TRY400
                read[version] = None
        return read


def version_of(each: Attached) -> Version:
    """Return which version an attachment means; 0, which no stored policy has, where it means one that is not there."""
    return each.policy_id, each.version or 0


def by_place(attached: Iterable[Attached]) -> dict[str, list[Attached]]:
    """Return attachments by what they are attached to."""
    places: dict[str, list[Attached]] = {}
    for each in attached:
        places.setdefault(each.scope_id, []).append(each)
    return places


def names_of(applied: Sequence[Applied]) -> str:
    """Return policies by name and version."""
    return ", ".join(f"{each.policy.name} {each.version}" for each in applied)
