"""Rules about what is asked for, not about what is said: models, tools, betas, sizes. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from yumen.policy.deciding import acts
from yumen.policy.values import Action, Hit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.policy.compiled import Compiled, CompiledRule
    from yumen.policy.values import Rule

Names = tuple[str, ...]
"""All names of one thing, such as a server tool's name and its type; a rule that knows one of them knows the thing."""


LISTS = {"model": "models", "tool": "tools", "beta": "betas"}
"""The kind of each list of names: as a field of a rule, and of what is asked for."""
SIZES = {"body_bytes": "max_body_bytes", "text_characters": "max_text_characters", "max_output_tokens": "max_output_tokens"}
"""The field of each size in what is asked for, and in a rule."""


class AskedFor(msgspec.Struct, frozen=True):
    """What a request asks for, as far as it can be read."""

    models: tuple[str, ...] = ()
    """The name that was asked, and the model of every candidate."""
    tools: tuple[Names, ...] = ()
    """Each tool's names: its own, a server tool's type, `mcp:NAME` for an MCP server."""
    betas: tuple[str, ...] = ()
    body_bytes: int = 0
    text_characters: int = 0
    """All text of the request."""
    max_output_tokens: int | None = None


def hits_of(compiled: Compiled, asked: AskedFor) -> tuple[Hit, ...]:
    """Return what rules hit in what is asked for, those that are exempt left out; the kinds are those of LISTS and SIZES.

    An `allow` exempts what it names from the other rules of its policy, so that `block` with `*` beside it lists what may be asked.
    """
    found = []
    for number in compiled.asked:
        rule = compiled.rules[number]
        if rule.rule.action is not Action.ALLOW:
            found += [Hit(0, 0, kind, number) for kind in kinds_hit(compiled, rule, asked)]
    return tuple(found)


def first_block(compiled: Compiled, hits: Iterable[Hit]) -> CompiledRule | None:
    """Return the first rule that refuses the request; None: none does."""
    rules = (compiled.rules[hit.rule] for hit in hits)
    return next((rule for rule in rules if acts(rule)), None)


def kinds_hit(compiled: Compiled, rule: CompiledRule, asked: AskedFor) -> Iterable[str]:
    """Yield the kinds of what one rule hits, once for each thing that it hits."""
    others = exemptions(compiled, rule)
    for kind, field in LISTS.items():
        exempt = [pattern for other in others for pattern in getattr(other, field)]
        for thing in getattr(asked, field):
            names = (thing,) if isinstance(thing, str) else thing
            if named(names, getattr(rule.rule, field)) and not named(names, exempt):
                yield kind
    for kind, field in SIZES.items():
        limit, size = getattr(rule.rule, field), getattr(asked, kind)
        if limit is not None and size is not None and size > limit:
            yield kind


def exemptions(compiled: Compiled, rule: CompiledRule) -> list[Rule]:
    """Return the rules of the same policy that exempt something of what is asked for."""
    others = (compiled.rules[number] for number in compiled.asked)
    return [other.rule for other in others if other.policy == rule.policy and other.rule.action is Action.ALLOW]


def named(names: Names, patterns: Iterable[str]) -> bool:
    """Tell whether a pattern knows one of the names, in any case."""
    folded = [name.casefold() for name in names]
    return any(fnmatchcase(name, only_stars(pattern.casefold())) for pattern in patterns for name in folded)


def only_stars(pattern: str) -> str:
    """Return a pattern in which `*` alone has a meaning."""
    return pattern.replace("[", "[[]").replace("?", "[?]")
