"""Saved prompts: who sees and changes them, and that what stands in them is sealed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from tests.console.api.world import sealer_of
from tests.organizations.doubles import ME, Town
from yumen.organizations import prompts
from yumen.organizations.faults import Unknown
from yumen.organizations.prompts import ForeignPrompt, PromptUnreadable, PromptWanted, Reader, TooManyPrompts
from yumen.storage import Database

TEXT = b'{"columns":[{"model":"claude-haiku-4-5","system":"a secret style"}]}'
OWNER = Reader(ME, "org_a", "user_owner")
MATE = Reader(ME, "org_a", "user_mate")
CHIEF = Reader(ME, "org_a", "user_chief", in_charge=True)
NOBODY = Reader(ME, "org_a", None)
STRANGER = Reader(ME, "org_b", "user_owner", in_charge=True)
WANTED = PromptWanted("Rivers", shared=False, text=TEXT)
OTHERWISE = PromptWanted("Lakes")


async def test_what_is_saved_is_sealed_and_comes_back(town: Town, database: Database) -> None:
    """Neither the database nor the audit log has a word of it, and it opens nowhere but in its own place."""
    saved = await town.offices.prompts.create(OWNER, WANTED, sealer_of)
    assert await town.offices.prompts.one(OWNER, saved.id, sealer_of) == (saved, TEXT)
    other = await town.offices.prompts.create(OWNER, WANTED, sealer_of)
    async with database.begin() as connection:
        for table in ("prompts", "audit"):
            rows = repr((await connection.execute(sa.text(f"SELECT * FROM {table}"))).all())  # noqa: S608  (one of two)
            assert "secret style" not in rows
        await connection.execute(
            sa.text("UPDATE prompts SET sealed = (SELECT sealed FROM prompts WHERE id = :one) WHERE id = :other"),
            {"one": saved.id, "other": other.id},
        )
    with pytest.raises(PromptUnreadable):
        await town.offices.prompts.one(OWNER, other.id, sealer_of)


@pytest.mark.parametrize(
    ("reader", "shared", "sees", "changes"),
    [
        (OWNER, False, True, True),
        (OWNER, True, True, True),
        (MATE, False, False, False),
        (MATE, True, True, False),
        (CHIEF, False, False, False),
        (CHIEF, True, True, True),
        (NOBODY, False, False, False),
        (NOBODY, True, True, False),
        (STRANGER, False, False, False),
        (STRANGER, True, False, False),
    ],
)
async def test_who_sees_and_who_changes(town: Town, reader: Reader, *, shared: bool, sees: bool, changes: bool) -> None:
    """A private prompt is its owner's alone, whoever asks; a shared one is seen by its organization, and changed by those in charge too."""
    offices = town.offices.prompts
    saved = await offices.create(OWNER, msgspec.structs.replace(WANTED, shared=shared), sealer_of)
    assert [each.id for each in await offices.every(reader)] == ([saved.id] if sees else [])
    expected: Any = None if changes else ForeignPrompt if sees else Unknown
    if not sees:
        with pytest.raises(Unknown):
            await offices.one(reader, saved.id, sealer_of)
    if expected is None:
        assert (await offices.update(reader, saved.id, OTHERWISE, sealer_of)).name == "Lakes"
        assert (await offices.delete(reader, saved.id)).id == saved.id
        return
    with pytest.raises(expected):
        await offices.update(reader, saved.id, OTHERWISE, sealer_of)
    with pytest.raises(expected):
        await offices.delete(reader, saved.id)
    assert (await offices.one(OWNER, saved.id, sealer_of))[0] == saved


async def test_a_change_leaves_the_rest(town: Town) -> None:
    """Name, sharing and text change each by itself, and the last changed stands first."""
    offices = town.offices.prompts
    first, second = [await offices.create(OWNER, WANTED, sealer_of) for _ in range(2)]
    town.clock.pass_s(1)
    await offices.update(OWNER, first.id, PromptWanted(shared=True), sealer_of)
    changed = await offices.update(OWNER, first.id, PromptWanted(text=b"{}"), sealer_of)
    assert (changed.name, changed.shared, changed.user_id) == ("Rivers", True, "user_owner")
    assert (await offices.one(MATE, first.id, sealer_of))[1] == b"{}"
    assert [each.id for each in await offices.every(OWNER)] == [first.id, second.id]


async def test_there_is_an_end_to_what_is_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than an organization may have is refused; another organization has room of its own."""
    monkeypatch.setattr(prompts, "MAX_PROMPTS", 1)
    await town.offices.prompts.create(OWNER, WANTED, sealer_of)
    with pytest.raises(TooManyPrompts):
        await town.offices.prompts.create(MATE, WANTED, sealer_of)
    await town.offices.prompts.create(STRANGER, WANTED, sealer_of)


async def test_the_audit_log_says_what_was_done(town: Town) -> None:
    """Making, changing and deleting each leave a line with the name."""
    saved = await town.offices.prompts.create(OWNER, WANTED, sealer_of)
    await town.offices.prompts.update(OWNER, saved.id, OTHERWISE, sealer_of)
    await town.offices.prompts.delete(OWNER, saved.id)
    acts = [(each.act.action, (each.act.after or {}).get("name")) for each in (await town.offices.audit.page("org_a"))[:3]]
    assert acts == [("prompt.delete", None), ("prompt.update", "Lakes"), ("prompt.create", "Rivers")]
