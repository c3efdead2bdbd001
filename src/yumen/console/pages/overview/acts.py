"""An administrative act in one line, with the names of today in the place of ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.gateway.acts import ACT_SENTENCES, OTHERWISE_SENTENCES, who
from yumen.console.pages.limit_forms import KIND_SENTENCES

if TYPE_CHECKING:
    from yumen.console.api.audit import ActShown
    from yumen.console.pages.limits.names import Names
    from yumen.console.pages.visit import Visit


def sentence_of(visit: Visit, act: ActShown, names: Names) -> str:
    """Say an act; one that has no words of its own, by its name."""
    sentence = ACT_SENTENCES.get(act.action, OTHERWISE_SENTENCES[0])
    return visit.say(sentence, who=names.in_text(who(visit, act)), what=target_of(visit, act, names), action=act.action)


def target_of(visit: Visit, act: ActShown, names: Names) -> str:
    """Name what was acted on: as it was called then, else as it is called now, else by its id."""
    for state in (act.after, act.before):
        for field in ("name", "email"):
            if state and isinstance(state.get(field), str):
                return str(state[field])
    scope, _, kind = act.target.rpartition(":")
    if kind in KIND_SENTENCES:
        return f"{names.of(*scope.split(':', 1)).name} ({visit.say(KIND_SENTENCES[kind])})"
    return names.in_text(act.target)
