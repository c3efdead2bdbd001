"""The pages of the tour, in both languages, from what was seen."""

from __future__ import annotations

from examples.tour.chapters import CHAPTERS
from examples.tour.step import Both, Seen

from tests.gateway import ROOT

PAGES = {ROOT / "docs" / "tutorial.md": "en", ROOT / "docs" / "tutorial.zh-CN.md": "zh"}
TITLE = Both("The practices of production, shown", "生产实践，逐条演示")
OTHER = Both("[中文](tutorial.zh-CN.md)", "[English](tutorial.md)")
INTRODUCTION = Both(
    "Whoever takes Claude into production is told the same practices again and again. Here each one stands with the command that does\n"
    "it and what was seen when it ran: `make tour` walks through all of them on your machine, without a network, and prints this page.",
    "把 Claude 用到生产环境，总会反复听到同样一些做法。这里逐条列出：用哪条命令、运行时看到了什么。\n"
    "`make tour` 会在你的机器上离线走完全程，并生成这个页面。",
)


def page(seen: list[list[Seen]], language: str) -> str:
    """Return the page in a language."""
    lines = [f"# {TITLE.said(language)}", "", OTHER.said(language), "", INTRODUCTION.said(language)]
    for chapter, steps in zip(CHAPTERS, seen, strict=True):
        lines += ["", f"## {chapter.title.said(language)}"]
        for one in steps:
            lines += ["", *of_step(one, language)]
    return "\n".join(lines) + "\n"


def of_step(seen: Seen, language: str) -> list[str]:
    """Return a step's lines."""
    step = seen.step
    lines = [f"### {seen.mark} {step.title.said(language)}", "", step.why.said(language)]
    lines += ["", "<!-- not run here: make tour runs it -->", f"```{step.language}", step.command, "```"]
    shown = [seen.fault] if seen.fault else seen.evidence
    return [*lines, "", "```text", *shown, "```"]
