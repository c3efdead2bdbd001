"""What a request's body asks for: models, tools and betas, wherever they stand in it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.claude.strings import Frame, Spot
    from yumen.policy.asked import AskedFor, Names
    from yumen.policy.standing import Standings

BETAS = frozenset({"betas", "anthropic_beta"})
SAID = frozenset({"messages", "system", "metadata"})
"""Fields that hold what is said, not what is asked for."""
TOOLS = frozenset({"tools", "functions"})


def asked_in(spots: Iterable[Spot], standings: Standings, asked: AskedFor, characters: int) -> AskedFor:
    """Return what is asked for in all: by the body's strings, and what is known from elsewhere.

    A member that stands twice counts as often: which of them the upstream reads is not known.
    """
    models, betas = list(asked.models), list(asked.betas)
    tools: dict[int, tuple[Frame, bool]] = {}
    for spot in spots:
        seat = standings.seat(spot.frame)
        top = spot.key if seat.prompt else seat.top
        if spot.kind != "value" or seat.input or seat.schema or top in SAID or spot.frame is None:
            continue
        if spot.key == "model":
            models.append(spot.text)
        elif spot.key in BETAS:
            betas.append(spot.text)
        elif top in TOOLS or top == "mcp_servers":
            tools.setdefault(id(spot.frame), (spot.frame, top == "mcp_servers"))
    return msgspec.structs.replace(
        asked,
        models=tuple(dict.fromkeys(models)),
        betas=tuple(dict.fromkeys(betas)),
        tools=(*asked.tools, *(names for frame, server in tools.values() if (names := names_in(frame, server=server)))),
        text_characters=asked.text_characters + characters,
    )


def names_in(frame: Frame, *, server: bool) -> Names:
    """Return the names of a tool, or of an MCP server."""
    names = frame.said.get("name", [])
    return tuple(f"mcp:{name}" for name in names) if server else (*names, *frame.said.get("type", []))
