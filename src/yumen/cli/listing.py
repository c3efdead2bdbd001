"""A command with sub-commands of which one is meant where none is named: `yumen signups` is `yumen signups list`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

HELP = "--help"


class Listing(TyperGroup):
    """Lists when it is only given options, or nothing at all."""

    meant = "list"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (Typer keeps its types to itself)
        """Put in what was not said."""
        unnamed = not args or (args[0].startswith("-") and HELP not in args)
        return super().parse_args(ctx, [self.meant, *args] if unnamed else args)


class Checking(Listing):
    """Checks then."""

    meant = "check"
