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


OUTAGE_HEADS = {
    "en": "scene | right during the outage | without retries | attempts a request | recovered after | lost | paid twice",
    "zh": "场景 | 停机期间正确 | 无重试 | 每请求尝试次数 | 恢复用时 | 丢失 | 重复付费",
}
FAULT_HEADS = {
    "en": "scene | calls | right | without retries | attempts a request | lost | paid twice, and told | paid twice, untold",
    "zh": "场景 | 调用 | 正确 | 无重试 | 每请求尝试次数 | 丢失 | 重复付费且已说明 | 重复付费未说明",
}
Row = tuple[dict[str, str], list[str]]
"""A scene's name by language, and its figures."""


def outage_rows(told: Callable[[Played], None]) -> list[Row]:
    """Play the outages with and without the gateway's retries; return their figures."""
    rows: list[Row] = []
    for scene in OUTAGES:
        played, bare = both(scene, told)
        figures = [
            percent(played.right_share(BEGIN_S, END_S)),
            percent(bare.right_share(BEGIN_S, END_S)),
            f"{played.worst_factor(BEGIN_S, END_S):.2f}",
            seconds(played.recovery_s(END_S)),
            str(played.lost),
            str(played.paid_twice),
        ]
        rows.append((names(scene), figures))
    return rows


def fault_rows(told: Callable[[Played], None]) -> list[Row]:
    """Play the random faults; return their figures."""
    rows: list[Row] = []
    for scene in FAULTS:
        played, bare = both(scene, told)
        figures = [
            f"{len(played.calls):,}",
            percent(played.right_share(0, scene.seconds)),
            percent(bare.right_share(0, scene.seconds)),
            f"{played.factor:.2f}",
            str(played.lost),
            str(played.paid_twice - played.paid_twice_untold),
            str(played.paid_twice_untold),
        ]
        rows.append((names(scene), figures))
    return rows


def names(scene: Scene) -> dict[str, str]:
    """Return a scene's name by language."""
    return {"en": scene.name, "zh": scene.chinese}


def table(head: str, rows: list[Row], language: str) -> str:
    """Return a table in Markdown."""
    lines = [f"| {head} |", "| " + " | ".join(["---"] * (head.count("|") + 1)) + " |"]
    lines += [f"| {' | '.join([name[language], *figures])} |" for name, figures in rows]
    return "\n".join(lines) + "\n"


def both(scene: Scene, told: Callable[[Played], None]) -> tuple[Played, Played]:
    """Play a scene as it is, and with a gateway that makes one attempt."""
    played = play(scene, SEED)
    told(played)
    return played, play(msgspec.structs.replace(scene, attempts=1), SEED)


def percent(share: float) -> str:
    """Write a share."""
    return f"{share * HUNDRED:.1f} %"


def seconds(value: float | None) -> str:
    """Write a time."""
    return "–" if value is None else f"{value:g} s"
