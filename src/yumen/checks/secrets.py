"""Tries every reference in the settings, and says what it leads to without showing it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from yumen.checks.finding import Finding, Level
from yumen.errors import OperatorError
from yumen.secrets import About, SecretForbidden, SecretMissing, StoreUnavailable, Tells, parse_reference
from yumen.secrets.rules import CLAUDES_KEY, OWN_KEY
from yumen.settings.references import named_references
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.settings import Settings
    from yumen.settings.references import Named

PLACE = "secrets"
INVALID = "invalid"
SHORT, LONG = 16, 128
"""Lengths are told in classes: the exact one would say more of a password than anybody needs."""


class Look(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one reference leads to. `state`: `ok`, `missing`, `forbidden`, `unreachable`, `unfit`, `invalid`."""

    setting: str
    source: str
    state: str
    sentence: str
    values: dict[str, object] = {}
    warnings: tuple[str, ...] = ()
    about: About | None = None
    """What the store says of the value, where it says anything."""
    reference: str = ""
    """As the settings write it."""

    @property
    def ok(self) -> bool:
        """Whether it can be used."""
        return self.state == "ok"


def look_at_secrets(settings: Settings, environ: Mapping[str, str]) -> Iterator[Look]:
    """Yield what each reference leads to. Raises OperatorError where the upstreams' settings will not do."""
    with closing(Sources(settings.secrets, environ)) as sources:
        for named in named_references(settings, environ):
            yield look_at(named, sources)


def look_at(named: Named, sources: Sources) -> Look:
    """Return what one leads to."""
    look = looked_at(named, sources)
    return msgspec.structs.replace(look, reference="" if look.state == INVALID else named.text.strip())


def looked_at(named: Named, sources: Sources) -> Look:
    """Return what was found, without the reference."""
    try:
        reference = parse_reference(named.text, named.setting)
        source = sources.of(reference)
    except OperatorError as error:
        return Look(named.setting, "", INVALID, error.sentence, dict(error.values))
    try:
        judged = named.judge(source.fetch(reference))
    except SecretForbidden as error:
        return Look(named.setting, reference.source, "forbidden", "{reason}", {"reason": error})
    except SecretMissing as error:
        return Look(named.setting, reference.source, "missing", "{reason}", {"reason": error})
    except StoreUnavailable as error:
        return Look(named.setting, reference.source, "unreachable", "{reason}", {"reason": error})
    if judged.flaw is not None:
        return Look(named.setting, reference.source, "unfit", judged.flaw.value, {"source": reference.source})
    warnings = tuple(remark.value for remark in judged.remarks)
    about = source.about(reference) if isinstance(source, Tells) else None
    return Look(named.setting, reference.source, "ok", kind_of(judged.value), warnings=warnings, about=about)


def kind_of(value: str) -> str:
    """Say what a value looks like, in words that hold for many."""
    if value.startswith(CLAUDES_KEY):
        return "looks like a key of Claude's"
    if value.startswith(OWN_KEY):
        return "looks like a key of this gateway"
    if len(value) < SHORT:
        return "a text of fewer than 16 characters"
    return "a text of 16 to 128 characters" if len(value) <= LONG else "a text of more than 128 characters"


def check_secrets(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each reference. Raises OperatorError as `look_at_secrets` does."""
    for look in look_at_secrets(settings, environ):
        for warning in look.warnings:
            yield Finding(Level.WARN, PLACE, warning, {"source": look.source})
        if look.ok:
            values = {"setting": look.setting, "source": look.source}
            yield Finding(Level.OK, PLACE, "{setting} is there, in {source}", values)
        else:
            yield Finding(Level.FAIL, PLACE, look.sentence, look.values)
