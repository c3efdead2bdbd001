"""Prompts that were saved in the playground: private, or shared with the organization; what stands in them is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Act, Actor
from yumen.errors import Forbidden, InvalidRequest
from yumen.organizations.acts import one, writing
from yumen.organizations.faults import Unknown
from yumen.organizations.rules import difference, told
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.organizations.acts import Writing
    from yumen.organizations.store import Store
    from yumen.storage.envelope import SealerOf

PROMPT_PREFIX = "prompt_"
MAX_PROMPTS = 1000
"""Of one organization."""


class Prompt(msgspec.Struct, frozen=True):
    """A saved prompt, without what stands in it. Times are UTC microseconds."""

    id: str
    organization_id: str
    user_id: str | None
    """Whose it is; None: that of the organization's admin keys that are no member's."""
    name: str
    shared: bool
    """Whether everybody of the organization who may use the playground sees it."""
    created_us: int
    updated_us: int


class SealedPrompt(Prompt, frozen=True, kw_only=True):
    """A saved prompt with what stands in it."""

    sealed: bytes

    def __repr__(self) -> str:
        """Name the prompt alone."""
        return f"SealedPrompt({self.id})"


class Reader(msgspec.Struct, frozen=True):
    """Who looks at prompts."""

    actor: Actor
    organization_id: str
    user_id: str | None
    in_charge: bool = False
    """Whether it may change what others have shared."""


class PromptWanted(msgspec.Struct, frozen=True):
    """What of a prompt shall be so; None: it stays as it is."""

    name: str | None = None
    shared: bool | None = None
    text: bytes | None = None
    """What stands in it, as JSON."""


class TooManyPrompts(InvalidRequest):
    """An organization keeps at most 1000 saved prompts: delete some first."""

    chinese = "每个组织最多保存 1000 条提示词：请先删除一些。"


class ForeignPrompt(Forbidden):
    """This prompt is another member's: save a copy of your own, or ask somebody in charge."""

    chinese = "这条提示词属于其他成员：请另存一份，或联系管理员。"


class PromptUnreadable(InvalidRequest):
    """What was saved does not open any more: it was changed outside the gateway."""

    chinese = "已保存的内容无法打开：它在网关之外被改动过。"


class Prompts:
    """Keeps prompts, each sealed for its own place."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Work on those records, by that clock."""
        self._store = store
        self._clock = clock

    async def every(self, reader: Reader) -> list[Prompt]:
        """Return the prompts that a reader sees, the last changed first."""
        async with self._store.reading() as records:
            found = await records.find(Prompt, organization_id=reader.organization_id)
        return sorted((each for each in found if sees(reader, each)), key=lambda each: (-each.updated_us, each.id))

    async def one(self, reader: Reader, prompt_id: str, sealer_of: SealerOf) -> tuple[Prompt, bytes]:
        """Return a prompt and what stands in it. Raises Unknown, where the reader does not see it too; ContentKeyUnavailable."""
        async with self._store.reading() as records:
            found = await one(records, SealedPrompt, id=prompt_id, organization_id=reader.organization_id)
        if not sees(reader, found):
            raise Unknown
        sealer = await sealer_of(reader.organization_id)
        try:
            return plain(found), sealer.open(found.sealed, context_of(found.id))
        except SealBroken:
            raise PromptUnreadable from None

    async def create(self, reader: Reader, wanted: PromptWanted, sealer_of: SealerOf) -> Prompt:
        """Save a prompt as the reader's own. Raises TooManyPrompts or ContentKeyUnavailable."""
        sealer, prompt_id = await sealer_of(reader.organization_id), self._clock.new_id(PROMPT_PREFIX)
        sealed = sealer.seal(wanted.text or b"{}", context_of(prompt_id))
        async with writing(self._store, self._clock, reader.actor) as work:
            if len(await work.records.find(Prompt, organization_id=reader.organization_id)) >= MAX_PROMPTS:
                raise TooManyPrompts
            made = Prompt(
                prompt_id, reader.organization_id, reader.user_id, wanted.name or "", bool(wanted.shared), work.now_us, work.now_us
            )
            await work.records.add(with_sealed(made, sealed))
            await note(work, "prompt.create", made, after=told(made))
        return made

    async def update(self, reader: Reader, prompt_id: str, wanted: PromptWanted, sealer_of: SealerOf) -> Prompt:
        """Change a prompt. Raises Unknown, ForeignPrompt or ContentKeyUnavailable."""
        sealer = None if wanted.text is None else await sealer_of(reader.organization_id)
        async with writing(self._store, self._clock, reader.actor) as work:
            old = await changeable(work, reader, prompt_id)
            sealed = old.sealed if sealer is None else sealer.seal(wanted.text or b"{}", context_of(prompt_id))
            new = msgspec.structs.replace(
                old,
                name=old.name if wanted.name is None else wanted.name,
                shared=old.shared if wanted.shared is None else wanted.shared,
                sealed=sealed,
                updated_us=work.now_us,
            )
            await work.records.change(new)
            before, after = difference(plain(old), plain(new))
            await note(work, "prompt.update", new, before=before, after=after)
        return plain(new)

    async def delete(self, reader: Reader, prompt_id: str) -> Prompt:
        """Delete a prompt. Raises Unknown or ForeignPrompt."""
        async with writing(self._store, self._clock, reader.actor) as work:
            old = await changeable(work, reader, prompt_id)
            await work.records.remove(old)
            await note(work, "prompt.delete", old, before=told(plain(old)))
        return plain(old)


async def delete_private_prompts(work: Writing, organization_id: str, user_id: str) -> None:
    """Delete what a member who goes has not shared: nobody else can see it. What is shared stays, for those in charge to change."""
    for private in await work.records.find(SealedPrompt, organization_id=organization_id, user_id=user_id, shared=False):
        await work.records.remove(private)
        await note(work, "prompt.delete", private, before=told(plain(private)))


def sees(reader: Reader, prompt: Prompt) -> bool:
    """Whether a prompt is shown to a reader: the own and the shared ones are."""
    return prompt.shared or prompt.user_id == reader.user_id


def may_change(reader: Reader, prompt: Prompt) -> bool:
    """Whether a reader who sees a prompt may change and delete it."""
    return prompt.user_id == reader.user_id or reader.in_charge


async def changeable(work: Writing, reader: Reader, prompt_id: str) -> SealedPrompt:
    """Return a prompt that the reader may change. Raises Unknown or ForeignPrompt."""
    found = await one(work.records, SealedPrompt, id=prompt_id, organization_id=reader.organization_id)
    if not sees(reader, found):
        raise Unknown
    if not may_change(reader, found):
        raise ForeignPrompt
    return found


async def note(work: Writing, action: str, prompt: Prompt, **sides: dict[str, object] | None) -> None:
    """Tell the audit log; of what stands in a prompt it learns nothing."""
    await work.records.add(Act(work.actor, work.now_us, action, prompt.id, prompt.organization_id, **sides))


def context_of(prompt_id: str) -> bytes:
    """Return what the text of a prompt is bound to when it is sealed."""
    return b"prompts " + prompt_id.encode()


def plain(prompt: Prompt) -> Prompt:
    """Return a prompt without what stands in it."""
    return Prompt(**{name: getattr(prompt, name) for name in Prompt.__struct_fields__})


def with_sealed(prompt: Prompt, sealed: bytes) -> SealedPrompt:
    """Return a prompt with what stands in it."""
    return SealedPrompt(**msgspec.structs.asdict(prompt), sealed=sealed)
