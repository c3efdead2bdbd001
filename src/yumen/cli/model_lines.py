"""What `yumen models` says of a model: from the ledger's sums, the catalogue and the aliases, to a line."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import msgspec

from yumen.claude.life_cycle import days_left, state_on, successor, warned_at
from yumen.claude.models import MODELS, Model, find_model
from yumen.ledger import UsageRow
from yumen.organizations.alias_rules import answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from yumen.routes.aliases import Alias

COLUMNS = ("model", "state", "retires", "requests", "keys", "aliases", "successor")
UNKNOWN = "unknown"


class Found(msgspec.Struct, frozen=True):
    """A model that was asked for or that answered, and the ledger's sums over it."""

    name: str
    """Its id where the catalogue has it, else the name that was asked for."""
    model: Model | None
    rows: tuple[UsageRow, ...]


class ModelLine(msgspec.Struct, frozen=True):
    """A model in JSON."""

    model: str
    state: str
    """`active`, `deprecated` or `retired`; `unknown`: the catalogue lacks it."""
    retires: str | None
    """The day it stops or stopped answering."""
    days_left: int | None = None
    warned_days: int | None = None
    """60, 30 or 7: it ends within so many days."""
    requests: int = 0
    keys: tuple[str, ...] = ()
    """The names of the keys that call it."""
    key_ids: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """The names that mean it, whoever's they are."""
    successor: str | None = None
    commands: tuple[str, ...] = ()
    """What would put the successor in its place; nothing does it by itself."""


def in_use(rows: Iterable[UsageRow], aliases: Sequence[Alias] = ()) -> list[Found]:
    """Return the models of the ledger's sums, by name. A snapshot and its undated name are one.

    What was asked for by an alias, and not answered, is the alias' model. A name that is no model's here, and that nothing answered to,
    is not in use: callers may ask for whatever they like.
    """
    meant = {(each.organization_id, each.alias): each.model for each in aliases}
    grouped: dict[str, list[UsageRow]] = {}
    for row in rows:
        name = meant.get((row.organization_id or "", row.model or ""), row.model)
        if name:
            known = find_model(name)
            grouped.setdefault(name if known is None else known.id, []).append(row)
    found = [Found(name, find_model(name), tuple(grouped[name])) for name in sorted(grouped)]
    return [each for each in found if each.model is not None or any(row.input_tokens or row.output_tokens for row in each.rows)]


def line_of(found: Found, names: Mapping[str, str], aliases: Sequence[Alias], today: date) -> ModelLine:
    """Return the line of a model in use. `names` are the keys'."""
    model = found.model
    ids = tuple(sorted({row.key_id for row in found.rows if row.key_id}))
    pointing = tuple(each for each in aliases if is_named(each.model, found))
    line = ModelLine(
        found.name,
        UNKNOWN,
        None,
        requests=sum(row.requests for row in found.rows),
        keys=tuple(names.get(each, each) for each in ids),
        key_ids=ids,
        aliases=tuple(sorted({each.alias for each in pointing})),
    )
    if model is None:
        return line
    line = msgspec.structs.replace(line, **life_of(model, today))
    if line.successor is None:
        return line
    return msgspec.structs.replace(line, commands=tuple(commands_of(found, pointing, line.successor)))


def life_of(model: Model, today: date) -> dict[str, object]:
    """Return what the catalogue says of a model's life; a successor only for one that ends or has ended."""
    left = days_left(model, today)
    state, warned = state_on(model, today), warned_at(left)
    next_one = successor(model, today) if warned is not None or state == "retired" else None
    return {
        "state": str(state),
        "retires": model.retires_on,
        "days_left": left,
        "warned_days": warned,
        "successor": None if next_one is None else next_one.id,
    }


def commands_of(found: Found, pointing: Sequence[Alias], new: str) -> list[str]:
    """Return the commands that would put a model in another one's place: aliases first, then the names by which it is asked itself.

    In this order, since no alias may mean another one.
    """
    moved = sorted({(each.organization_id, each.alias) for each in pointing})
    asked = {(row.organization_id or "", row.asked) for row in found.rows if row.asked and is_named(row.asked, found)}
    return [command_of(name, new, organization) for organization, name in (*moved, *sorted(asked - set(moved)))]


def command_of(name: str, new: str, organization: str) -> str:
    """Return one command, as a shell takes it."""
    words = ["yumen", "models", "alias", "set", name, new, "--organization", organization]
    return shlex.join([*words, "--shadow"] if answers(name) else words)


def is_named(name: str, found: Found) -> bool:
    """Whether a name is the model's own."""
    if found.model is None:
        return name == found.name
    known = find_model(name)
    return known is not None and known.id == found.model.id


def catalogue_lines(today: date) -> list[ModelLine]:
    """Return the whole catalogue, newest first."""
    return [msgspec.structs.replace(ModelLine(model.id, UNKNOWN, None), **life_of(model, today)) for model in MODELS]
