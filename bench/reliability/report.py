"""The figures of the scenes, as the page docs/reliability.md has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bench.reliability.scene import play
from bench.reliability.scenes import BEGIN_S, END_S, FAULTS, OUTAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.reliability.scene import Played, Scene

SEED = 7
HUNDRED = 100


def outage_table(told: Callable[[Played], None]) -> str:
    """Play the outages with and without the gateway's retries; return the table."""
    lines = [
        "| scene | right during the outage | without retries | attempts a request | recovered after | lost | paid twice |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for scene in OUTAGES:
        played, bare = both(scene, told)
        lines.append(
            f"| {scene.name} | {percent(played.right_share(BEGIN_S, END_S))} | {percent(bare.right_share(BEGIN_S, END_S))} "
            f"| {played.worst_factor(BEGIN_S, END_S):.2f} | {seconds(played.recovery_s(END_S))} | {played.lost} | {played.paid_twice} |"
        )
    return "\n".join(lines) + "\n"


def fault_table(told: Callable[[Played], None]) -> str:
    """Play the random faults; return the table."""
    lines = [
        "| scene | calls | right | without retries | attempts a request | lost | paid twice, and told | paid twice, untold |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for scene in FAULTS:
        played, bare = both(scene, told)
        told_twice = played.paid_twice - played.paid_twice_untold
        lines.append(
            f"| {scene.name} | {len(played.calls):,} | {percent(played.right_share(0, scene.seconds), 2)} "
            f"| {percent(bare.right_share(0, scene.seconds), 2)} | {played.factor:.2f} "
            f"| {played.lost} | {told_twice} | {played.paid_twice_untold} |"
        )
    return "\n".join(lines) + "\n"


def both(scene: Scene, told: Callable[[Played], None]) -> tuple[Played, Played]:
    """Play a scene as it is, and with a gateway that makes one attempt."""
    played = play(scene, SEED)
    told(played)
    return played, play(msgspec.structs.replace(scene, attempts=1), SEED)


def percent(share: float, digits: int = 1) -> str:
    """Write a share."""
    return f"{share * HUNDRED:.{digits}f} %"


def seconds(value: float | None) -> str:
    """Write a time."""
    return "not within the scene" if value is None else f"{value:g} s"
