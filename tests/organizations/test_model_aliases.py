"""Model aliases: who may mean what by a name, and that it is written down and told to the gateways."""

from __future__ import annotations

import asyncio

import pytest

from tests.organizations.doubles import ME, Town
from yumen.organizations import faults
from yumen.organizations.alias_rules import alias_fault
from yumen.organizations.values import DEFAULT_ORGANIZATION, Kind
from yumen.routes.aliases import Alias, Aliases
from yumen.routes.aliases.store_sql import SqlAliasStore
from yumen.routes.aliases.values import MAX_ALIASES
from yumen.storage import Database, DatabaseUnavailable, RevisionWatch

FAST = (DEFAULT_ORGANIZATION, "fast", "claude-haiku-4-5")
HAIKU, SONNET = "claude-haiku-4-5", "claude-sonnet-5-5"


def alias(name: str, model: str) -> Alias:
    """An alias of one organization."""
    return Alias("org_a", name, model, 1)


@pytest.mark.parametrize(
    ("name", "model", "shadow", "fault"),
    [
        ("fast", HAIKU, False, None),
        ("claude-2.1", HAIKU, False, None),
        ("claude-opus-4-1", "claude-opus-5-5", False, None),
        ("fast", "deepseek/deepseek-chat", False, None),
        ("fast", "us.anthropic.claude-haiku-4-5-20251001-v1:0", False, None),
        ("smart", HAIKU, False, None),
        ("", HAIKU, False, faults.WrongAlias),
        ("-fast", HAIKU, False, faults.WrongAlias),
        ("a b", HAIKU, False, faults.WrongAlias),
        ("a/b", HAIKU, False, faults.WrongAlias),
        ("fast\n", HAIKU, False, faults.WrongAlias),
        ("schnell\u00e9", HAIKU, False, faults.WrongAlias),
        ("a" * 100, HAIKU, False, None),
        ("a" * 101, HAIKU, False, faults.WrongAlias),
        ("fast", "", False, faults.WrongAliasModel),
        ("fast", "m" * 200, False, None),
        ("fast", "m" * 201, False, faults.WrongAliasModel),
        ("fast", 'a"b', False, faults.WrongAliasModel),
        ("fast", "fast", False, faults.WrongAliasModel),
        (HAIKU, SONNET, False, faults.AliasHidesModel),
        ("claude-haiku-4-5-20251001", SONNET, False, faults.AliasHidesModel),
        (HAIKU, SONNET, True, None),
        ("fast", "quick", False, faults.AliasOfAlias),
        ("target", HAIKU, False, faults.AliasIsTarget),
        ("quick", SONNET, False, None),
    ],
)
def test_what_may_be_an_alias(name: str, model: str, fault: object, *, shadow: bool) -> None:
    """Names that a path can hold; no model that still answers is hidden by chance; no chain begins or goes on."""
    assert alias_fault(alias(name, model), [alias("quick", "target")], shadow=shadow) is fault


def test_an_organization_has_so_many_at_most() -> None:
    """One beyond the most is refused; one that is there can still be changed."""
    full = [alias(f"a{number}", HAIKU) for number in range(MAX_ALIASES)]
    assert alias_fault(alias("new", HAIKU), full, shadow=False) is faults.TooManyAliases
    assert alias_fault(alias("a0", SONNET), full, shadow=False) is None


async def test_every_change_is_an_act_and_raises_the_revision(town: Town, database: Database) -> None:
    """Set, changed, set to the same and removed: three acts, each with what was before and after."""
    office = town.offices.model_aliases
    await town.offices.registry.every()
    before = await database.read_revision()
    await office.put(ME, FAST)
    assert (await database.read_revision()) > before
    await office.put(ME, (*FAST[:2], SONNET))
    assert (await office.put(ME, (*FAST[:2], SONNET))).model == SONNET
    await office.remove(ME, *FAST[:2])
    with pytest.raises(faults.Unknown):
        await office.remove(ME, *FAST[:2])
    acts = [each.act for each in await town.offices.audit.page(DEFAULT_ORGANIZATION) if each.act.action.startswith("model_alias.")]
    assert [(act.action, act.target) for act in acts] == [
        ("model_alias.delete", "fast"),
        ("model_alias.update", "fast"),
        ("model_alias.create", "fast"),
    ]
    assert (acts[1].before, acts[1].after) == ({"model": HAIKU}, {"model": SONNET})


async def test_organizations_do_not_share_names(town: Town) -> None:
    """The same name means another model elsewhere, and an organization that is not there has none."""
    other = (await town.offices.registry.create(ME, "Other", Kind.ENTERPRISE, "enterprise")).id
    office = town.offices.model_aliases
    await office.put(ME, FAST)
    await office.put(ME, (other, "fast", SONNET))
    assert [each.model for each in await office.every(other)] == [SONNET]
    assert len(await office.every()) == 2
    with pytest.raises(faults.Unknown):
        await office.put(ME, ("org_nowhere", "fast", SONNET))
    with pytest.raises(faults.Unknown):
        await office.one(other, "slow")


async def test_a_gateway_follows_and_goes_on_when_blind(town: Town, database: Database) -> None:
    """What is set is known after the next look at the revision; while nothing can be read, what was known holds."""
    watch = RevisionWatch(database.read_revision, town.clock)
    store = Failing(SqlAliasStore(database))
    aliases = Aliases(store, watch)
    await watch.poll()
    assert aliases.model_for(*FAST[:2]) is None
    await town.offices.model_aliases.put(ME, FAST)
    await watch.poll()
    assert aliases.model_for(*FAST[:2]) == HAIKU
    assert aliases.model_for("org_other", "fast") is None
    assert aliases.model_for(DEFAULT_ORGANIZATION, HAIKU) is None
    store.broken = True
    await town.offices.model_aliases.remove(ME, *FAST[:2])
    await watch.poll()
    assert aliases.model_for(*FAST[:2]) == HAIKU
    store.broken = False
    await watch.poll()
    assert aliases.model_for(*FAST[:2]) is None


class Failing:
    """A store that fails while it is told to."""

    def __init__(self, store: SqlAliasStore) -> None:
        self._store = store
        self.broken = False

    async def every(self) -> list[Alias]:
        """Return all, or fail."""
        if self.broken:
            raise DatabaseUnavailable
        return await self._store.every()


async def test_two_at_once_are_one_after_the_other(town: Town) -> None:
    """Whoever sets the same name at the same time is second: nobody gets an error, and the last word holds."""
    office = town.offices.model_aliases
    made = await asyncio.gather(*[office.put(ME, (DEFAULT_ORGANIZATION, "fast", f"model-{number}")) for number in range(8)])
    (kept,) = await office.every()
    assert kept.model in {each.model for each in made}
