"""Which model answers for a name of 2023: what the operator says, else one default for all that are retired."""

from __future__ import annotations

import msgspec

from yumen.claude.models import find_model

DEFAULT_MODEL = "claude-haiku-4-5"
"""Of the models that still answer, one that takes both a temperature and a begun answer."""

_OLD_PREFIXES = ("claude-1", "claude-2", "claude-v1", "claude-v2", "claude-instant")


class ModelMapping(msgspec.Struct, frozen=True):
    """The operator's setting: models by the name asked, and the model for every other retired name."""

    names: dict[str, str] = {}
    default: str = DEFAULT_MODEL

    def resolve(self, asked: str) -> str:
        """Return the model to ask the upstream for; a name that is not retired stays as it is."""
        return self.names.get(asked) or (self.default if _is_retired(asked) else asked)


def _is_retired(name: str) -> bool:
    """Tell whether a name is known to be retired, or is of the generations that only Text Completions served."""
    model = find_model(name)
    return model.retired if model else name.startswith(_OLD_PREFIXES)
