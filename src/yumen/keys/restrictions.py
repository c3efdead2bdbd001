"""What a key may not do: each restriction is a value that passes or refuses with a reason, stored under a stable tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from yumen.exchange.values import Asked


class OnlyModels(msgspec.Struct, frozen=True, tag_field="type", tag="models"):
    """Only these models: names, or their beginnings with `*` at the end."""

    models: tuple[str, ...]

    def refusal(self, asked: Asked) -> str | None:
        """Refuse the first model that is not on the list."""
        for model in asked.models:
            if not any(model.startswith(name[:-1]) if name.endswith("*") else model == name for name in self.models):
                return f"This key may not use the model {model}: it may use {', '.join(self.models)}"
        return None


Restriction = OnlyModels
"""Every kind of restriction."""
