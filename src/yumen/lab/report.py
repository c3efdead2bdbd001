"""The report of an experiment as one HTML file: no script, nothing fetched, light or dark as the reader's system is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from yumen.lab.intervals import Interval
from yumen.lab.plots import Series, plot
from yumen.lab.wording import MEASURES, Measure, name_of, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yumen.lab.summary import Summary
    from yumen.lab.values import Sampled

STYLE = """
:root{color-scheme:light dark;--ink:#1c1b19;--paper:#fbfaf7;--soft:#6d6a64;--rule:#dedad2;--jade:#1d7a5f}
@media(prefers-color-scheme:dark){:root{--ink:#eceae4;--paper:#191816;--soft:#a09c94;--rule:#3a3833;--jade:#58c9a4}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:76rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
.note,figcaption,.tick{color:var(--soft)}.warn{border-left:4px solid var(--jade);padding-left:.75rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--rule);border-radius:6px;padding:.75rem;margin:.5rem 0}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1rem}figure{margin:0}
svg{width:100%;height:auto}svg text{font-size:11px;fill:var(--soft)}.grid{stroke:var(--rule)}
.line{fill:none;stroke:var(--jade);opacity:.35}.bar{fill:none;stroke:var(--ink)}.dot{fill:var(--jade)}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left}
""".strip()


def report(sampled: Sampled, summaries: Sequence[Summary], *, chinese: bool) -> str:
    """Return the page."""
    title = say("One question, several settings", chinese=chinese)
    parts = [
        f"<h1>{title}</h1>",
        *_asked(sampled, chinese=chinese),
        f'<div class="wide">{table(summaries, chinese=chinese)}</div>',
        f'<div class="plots">{"".join(_plots(summaries, chinese=chinese))}</div>',
        f'<p class="note">{say(_BARS, chinese=chinese)}</p>',
        f"<h2>{say('Answers', chinese=chinese)}</h2>",
        *_answers(sampled),
    ]
    body = "\n".join(parts)
    language = "zh-CN" if chinese else "en"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="{language}"><head>{head}</head><body>\n{body}\n</body></html>\n'


_BARS = "Bars are 95 % confidence intervals: Student's t for means, Wilson's for shares, the jackknife for similarity of pairs."
_SANDBOX = "The answers are the offline sandbox's, not Claude's."


def _asked(sampled: Sampled, *, chinese: bool) -> Iterator[str]:
    if sampled.is_sandbox:
        yield f'<p class="warn">{say(_SANDBOX, chinese=chinese)}</p>'
    yield f"<p>{say('model', chinese=chinese)}: {escape(sampled.plan.model)}</p>"
    yield f"<h2>{say('Asked', chinese=chinese)}</h2><pre>{escape(sampled.plan.prompt)}</pre>"


def measured(summaries: Sequence[Summary]) -> list[Measure]:
    """Return the measures that have a value somewhere."""
    return [each for each in MEASURES if any(getattr(summary, each.field) is not None for summary in summaries)]


def interval_of(summary: Summary, measure: Measure) -> Interval | None:
    """Return a measure in the unit in which it is shown."""
    found: Interval | None = getattr(summary, measure.field)
    if found is None or measure.scale == 1:
        return found
    low, high = (None if bound is None else bound * measure.scale for bound in (found.low, found.high))
    return Interval(found.value * measure.scale, low, high)


def shown(interval: Interval | None, measure: Measure) -> str:
    """Return an interval as a cell: the value, and its bounds in brackets."""
    if interval is None:
        return ""
    value, low, high = (None if each is None else _number(each, measure) for each in (interval.value, interval.low, interval.high))
    return f"{value}" if low is None or high is None else f"{value} [{low}, {high}]"


def _number(value: float, measure: Measure) -> str:
    return f"{value:.2f}" if measure.is_share or measure.scale != 1 else f"{value:.1f}"


def dollars(nanousd: int | None, *, chinese: bool) -> str:
    """Return an amount as a cell; a price that is not known is no zero."""
    return say("not known", chinese=chinese) if nanousd is None else f"${nanousd / 1e9:.6f}"


def columns(measures: Sequence[Measure], *, chinese: bool) -> list[str]:
    """Return the table's head."""
    first = [say(name, chinese=chinese) for name in ("setting", "samples", "distinct")]
    last = [say(name, chinese=chinese) for name in ("all words", "truncated", "cost", "common answer")]
    return [*first, *(name_of(measure, chinese=chinese) for measure in measures), *last]


def row(summary: Summary, measures: Sequence[Measure], *, chinese: bool) -> list[str]:
    """Return one setting's cells."""
    answer = summary.common_answer or ""
    return [
        *(summary.point.label, str(summary.samples), str(summary.distinct)),
        *(shown(interval_of(summary, measure), measure) for measure in measures),
        *(str(summary.pooled_vocabulary), str(summary.truncated), dollars(summary.cost_nanousd, chinese=chinese)),
        answer if len(answer) <= _ANSWER else answer[: _ANSWER - 1] + "…",
    ]


_ANSWER = 40


def table(summaries: Sequence[Summary], *, chinese: bool) -> str:
    """Return the table of all settings."""
    measures = measured(summaries)
    body = "".join(_row("td", row(summary, measures, chinese=chinese)) for summary in summaries)
    return f"<table><thead>{_row('th', columns(measures, chinese=chinese))}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _plots(summaries: Sequence[Summary], *, chinese: bool) -> Iterator[str]:
    labels = tuple(summary.point.label for summary in summaries)
    for measure in measured(summaries):
        name = name_of(measure, chinese=chinese)
        intervals = tuple(interval_of(summary, measure) for summary in summaries)
        drawing = plot(Series(name, labels, intervals, 1.0 if measure.is_share else None))
        reading = measure.reading_chinese if chinese else measure.reading
        yield f"<figure><figcaption><b>{name}</b> · {reading}</figcaption>{drawing}</figure>"


def _answers(sampled: Sampled) -> Iterator[str]:
    for point in sampled.plan.points:
        texts = "".join(f"<pre>{escape(sample.text)}</pre>" for sample in sampled.at(point))
        yield f"<details><summary>{escape(point.label)}</summary>{texts}</details>"
