"""A whole experiment against the sandbox, whose temperature is real: drawn, kept, resumed, bounded, reported."""

from __future__ import annotations

import threading
from html.parser import HTMLParser
from pathlib import Path

import anthropic
import pytest

from yumen.errors import OperatorError
from yumen.lab import Asker, Bounds, Plan, Point, Record, Sample, Sampled, dearest, grid, report, run, summarize
from yumen.meter import Prices

PROMPT = "Tell me about the Jade Gate."
PRICES = Prices()
NOON_US = 1_790_000_000_000_000


def plan_of(**changed: object) -> Plan:
    """A small experiment."""
    return Plan(**({"prompt": PROMPT, "model": "claude-haiku-4-5", "points": grid([0, 1], []), "samples": 4} | changed))  # type: ignore[arg-type]


def sample(point: Point, number: int, **changed: object) -> Sample:
    """A sample that costs ten nano-dollars."""
    made = {"text": "yes", "stop_reason": "end_turn", "input_tokens": 1, "output_tokens": 1, "elapsed_ms": 1, "cost_nanousd": 10}
    return Sample(point=point, number=number, **(made | changed))  # type: ignore[arg-type]


def drawn(claude: anthropic.Anthropic, folder: Path, plan: Plan) -> Sampled:
    """Carry an experiment out."""
    record = Record(folder / "samples.jsonl", plan)
    record.begin()
    list(run(Asker(claude, plan, PRICES).draw, record, Sampled(plan, record.read()).missing(), Bounds()))
    return Sampled(plan, record.read())


def test_temperature_is_seen(claude: anthropic.Anthropic, tmp_path: Path) -> None:
    """At 0 every answer is the same and agrees; at 1 they differ, and the measures show it."""
    cold, warm = summarize(drawn(claude, tmp_path, plan_of(samples=8)))
    assert (cold.distinct, cold.similarity.value, cold.agreement.value) == (1, 1.0, 1.0)
    assert warm.distinct > 1
    assert warm.similarity.value < 1
    assert warm.agreement.value < 1
    assert warm.pooled_vocabulary > warm.vocabulary.value
    assert cold.cost_nanousd
    assert cold.output_tokens.value > 0


def test_schema_and_validity(claude: anthropic.Anthropic, tmp_path: Path) -> None:
    """With a schema the sandbox's answer fits it, and the validity says so."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
    plan = plan_of(points=grid([0], []), samples=2, schema=schema)
    (summary,) = summarize(drawn(claude, tmp_path, plan))
    assert summary.valid is not None
    assert summary.valid.value == 1


def test_efforts(claude: anthropic.Anthropic, tmp_path: Path) -> None:
    """Efforts are an axis of models that refuse a temperature."""
    plan = plan_of(model="claude-sonnet-5-5", points=grid([], ["low", "high"]), samples=1)
    assert [summary.point.effort for summary in summarize(drawn(claude, tmp_path, plan))] == ["low", "high"]


def test_the_servers_refusal_is_understood(claude: anthropic.Anthropic, tmp_path: Path) -> None:
    """A model that refuses the parameter at the server alone is told as plainly: the sandbox's 400 becomes the offer of effort."""
    plan = plan_of(model="claude-sonnet-5-5")
    with pytest.raises(OperatorError, match="claude-sonnet-5-5 refuses temperature"):
        drawn(claude, tmp_path, plan)
    with pytest.raises(OperatorError, match=r"Claude did not answer: .*max_tokens"):
        drawn(claude, tmp_path / "other", plan_of(max_tokens=10**9))


def test_it_goes_on(tmp_path: Path) -> None:
    """A run that was stopped, even amid a line, is continued: what is there is not drawn again."""
    plan = plan_of()
    record = Record(tmp_path / "made" / "samples.jsonl", plan)
    first = Point(temperature=0)
    record.begin()
    for number in range(2):
        record.append(sample(first, number))
    path = tmp_path / "made" / "samples.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    record.begin()
    asked: list[tuple[Point, int]] = []

    def draw(point: Point, number: int) -> Sample:
        asked.append((point, number))
        return sample(point, number)

    list(run(draw, record, Sampled(plan, record.read()).missing(), Bounds()))
    done = Sampled(plan, record.read())
    assert (first, 0) not in asked
    assert len(asked) == 7
    assert len(done.samples) == 8
    assert done.missing() == []


def test_another_experiment_is_not_mixed_in(tmp_path: Path) -> None:
    """Samples of another question, model or place are refused; more samples or points of the same are welcome."""
    Record(tmp_path / "s", plan_of()).begin()
    Record(tmp_path / "s", plan_of()).append(sample(Point(temperature=0), 0))
    for changed in ({"prompt": "x"}, {"model": "claude-opus-4-6"}, {"where": "sandbox"}, {"max_tokens": 5}, {"schema": {}}):
        with pytest.raises(OperatorError, match="another experiment"):
            Record(tmp_path / "s", plan_of(**changed)).read()
    assert len(Record(tmp_path / "s", plan_of(samples=9, points=grid([0.5], []), answer="x")).read()) == 1
    (tmp_path / "s").write_text("[]\n")
    with pytest.raises(OperatorError, match="not the file of an experiment"):
        Record(tmp_path / "s", plan_of()).read()


def test_a_place_that_cannot_be_written_is_told_first(tmp_path: Path) -> None:
    """Where the samples cannot be kept that is said before one is paid for."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="cannot be written"):
        Record(tmp_path / "file" / "samples.jsonl", plan_of()).begin()


def test_the_budget_holds(tmp_path: Path) -> None:
    """No call begins that could pass the budget, with those under way counted at their dearest."""
    plan = plan_of()
    record = Record(tmp_path / "s", plan)
    record.begin()
    bounds = Bounds(parallel=4, budget_nanousd=45, one_nanousd=20)
    got = list(run(sample, record, Sampled(plan, ()).missing(), bounds))
    # Each costs 10 in truth: two go at first (40), then one more at a time while 10·n + 20 fits.
    assert len(got) == 3
    assert list(run(sample, record, Sampled(plan, ()).missing(), Bounds(budget_nanousd=19, one_nanousd=20))) == []


def test_a_fault_loses_nothing(tmp_path: Path) -> None:
    """After a fault nothing new begins, and what was under way is kept: it is paid."""
    plan = plan_of()
    record = Record(tmp_path / "s", plan)
    record.begin()
    failed = threading.Event()

    def draw(point: Point, number: int) -> Sample:
        if (point, number) == (plan.points[0], 0):
            failed.set()
            raise OperatorError("it broke")
        failed.wait()
        return sample(point, number)

    with pytest.raises(OperatorError, match="it broke"):
        list(run(draw, record, Sampled(plan, ()).missing(), Bounds(parallel=2)))
    kept = record.read()
    assert plan.points[1] in {each.point for each in kept}
    assert len(kept) <= 2


def test_the_ceiling_is_one() -> None:
    """The estimate before the run is no less than what a call of full length costs; a model without a price has none."""
    plan = plan_of(max_tokens=1000)
    assert (dearest(plan, PRICES, NOON_US) or 0) >= 1000 * 5000
    assert dearest(plan_of(model="nobody-knows"), PRICES, NOON_US) is None


class Page(HTMLParser):
    """Notes what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.seen.append(tag)
        self.fetched += [name for name, _ in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        """Note a tag that ends itself."""
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it; whatever is open must be closed in order."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("chinese", [False, True])
def test_the_report(*, chinese: bool) -> None:
    """The page is whole, fetches nothing, runs nothing, escapes everything, draws each measure, and says whose words these are."""
    plan = plan_of(prompt="<script>alert(1)</script>")
    samples = tuple(sample(point, number, text=f"<b>{number}</b>", is_sandbox=True) for point in plan.points for number in range(4))
    done = Sampled(plan, samples)
    html = report(done, summarize(done), chinese=chinese)
    page = Page()
    page.feed(html)
    assert page.open == []
    assert page.fetched == []
    assert "script" not in page.seen
    assert "<b>0</b>" not in html
    assert page.seen.count("svg") == 6
    assert ("并非 Claude" if chinese else "not Claude's") in html
    assert "prefers-color-scheme:dark" in html


def test_the_report_of_a_single_sample() -> None:
    """One sample has no bounds, and the page still stands."""
    plan = plan_of(samples=1)
    done = Sampled(plan, (sample(plan.points[0], 0, cost_nanousd=None, text=""),))
    html = report(done, summarize(done), chinese=False)
    assert "not known" in html
    assert "not Claude's" not in html
