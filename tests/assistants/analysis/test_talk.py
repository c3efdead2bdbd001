"""The conversation: Claude asks through the tool and is answered, over the wire and with the real SDK; offline the rules answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import pytest

from tests.sandboxes import listening_sandbox
from yumen import Claude
from yumen.assistants import Analysis, analyze
from yumen.assistants.analysis import Bounds
from yumen.assistants.analysis.talk import MOST_ROUNDS, cached
from yumen.errors import OperatorError

pytestmark = pytest.mark.usefixtures("nearby")

RULES = """
[[rule]]
name = "told enough"
when = { system = "asked often enough" }
text = "I give up."

[[rule]]
name = "refuses"
when = { text = "refuse this" }
refusal = { category = "general_harms" }

[[rule]]
name = "is cut off"
when = { text = "cut me off", tool = "query" }
text = "Let me see"
tools = [{ name = "query", input = { sql = "SELECT 1" } }]
stop_reason = "max_tokens"

[[rule]]
name = "endless"
when = { anywhere = "without end", tool = "query" }
tools = [{ name = "query", input = { sql = "SELECT 1" } }]

[[rule]]
name = "draws"
when = { text = "draw", tool = "chart" }

[[rule.tools]]
name = "chart"
input.sql = "SELECT region, sum(amount) AS total FROM sales GROUP BY 1 ORDER BY 1"
input.kind = "bar"
input.title = "Sales"
input.x = "region"
input.y = "total"

[[rule]]
name = "asks well"
when = { text = "total", tool = "query" }
tools = [{ name = "query", input = { sql = "SELECT sum(amount) AS total FROM sales" } }]

[[rule]]
name = "breaks out"
when = { text = "secret", tool = "query" }
tools = [{ name = "query", input = { sql = "SELECT * FROM read_text('/etc/passwd')" } }]

[[rule]]
name = "what the tool said"
when = { tool_result = true }
text = "It is {{result}}"
"""


Client = Any
"""What an analysis takes for a Claude."""


class Asked:
    """What an analysis needs of a client that is not known to talk to a sandbox: the SDK's messages, a model."""

    def __init__(self, line: anthropic.Anthropic) -> None:
        """Ask over that line."""
        self.messages = line.messages
        self.model = "claude-haiku-4-5"
        self.is_sandbox = False


@pytest.fixture(scope="module")
def claude(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client whose Claude calls tools as the rules say."""
    rules = tmp_path_factory.mktemp("rules") / "rules.toml"
    rules.write_text(RULES)
    with listening_sandbox(rules) as url, anthropic.Anthropic(base_url=url, api_key="sandbox", max_retries=0) as line:
        yield Asked(line)


@pytest.fixture(scope="module")
def analysis(nearby: None, claude: Client, files: dict[str, Path]) -> Iterator[Analysis]:  # noqa: ARG001  (it must come first)
    """An analysis of the sales, asked by Claude."""
    with Analysis(claude, [files["csv"]], Bounds(seconds=5, memory_mb=256)) as made:
        yield made


def test_claude_asks_the_data(analysis: Analysis) -> None:
    """Claude's query is carried out, its result goes back, and the answer comes with the SQL and the numbers."""
    reply = analysis.ask("What is the total?")
    assert reply.text == 'It is {"columns":["total"],"rows":[[1499.75]],"cut":false}'
    assert [(exhibit.sql, exhibit.result.rows) for exhibit in reply.exhibits] == [("SELECT sum(amount) AS total FROM sales", ((1499.75,),))]
    assert not reply.is_sandbox


def test_claude_does_not_get_out(analysis: Analysis) -> None:
    """A query that reaches for a file is told to Claude as refused; no result of it is shown."""
    reply = analysis.ask("Tell me a secret")
    assert "Permission Error" in reply.text
    assert "root:" not in reply.text
    assert reply.exhibits == ()


def test_claude_draws(analysis: Analysis, tmp_path: Path) -> None:
    """With a place for a chart Claude has the tool for it, and what it drew from is shown."""
    reply = analysis.ask("Please draw it", tmp_path / "chart.svg")
    assert reply.chart == tmp_path / "chart.svg"
    svg = reply.chart.read_text(encoding="utf-8")
    assert "Sales" in svg
    assert "华东" in svg
    assert reply.exhibits[-1].result.columns == ("region", "total")


def test_it_ends(claude: Client, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Claude may not ask for ever: after so many rounds the tools are taken away and it answers with what it knows."""
    monkeypatch.setattr("yumen.assistants.analysis.talk.MOST_ROUNDS", 2)
    assert MOST_ROUNDS > 2
    with Analysis(claude, [files["csv"]]) as analysis:
        reply = analysis.ask("Ask without end")
    assert reply.text == "I give up."
    assert len(reply.exhibits) == 2


def test_questions_build_on_one_another(analysis: Analysis) -> None:
    """What was said stays in the conversation; a question that failed does not."""
    before = len(analysis._messages)
    with pytest.raises(OperatorError, match="Claude did not answer"):
        analysis.ask("sandbox: overloaded")
    assert len(analysis._messages) == before
    analysis.ask("What is the total?")
    assert len(analysis._messages) == before + 4


def test_ends_that_are_none(analysis: Analysis) -> None:
    """A refusal is said; an answer that was cut off shows it; and the next question can follow either."""
    with pytest.raises(OperatorError, match="Claude refuses"):
        analysis.ask("refuse this")
    assert analysis.ask("cut me off").text == "Let me see …"
    assert analysis.ask("What is the total?").text.startswith("It is")


def test_each_round_is_cached() -> None:
    """One breakpoint stands at the end of what is sent, and what is kept has none, so that they do not add up."""
    kept: list[Any] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": []}, {"role": "user", "content": [{"type": "x"}]}]
    assert cached(kept[:1]) == [{"role": "user", "content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]}]
    assert cached(kept)[2]["content"] == [{"type": "x", "cache_control": {"type": "ephemeral"}}]
    assert "cache_control" not in repr(kept)


class Offline:
    """A client that is known to talk to the sandbox; nothing of it is asked."""

    is_sandbox = True


@pytest.fixture(scope="module")
def offline(nearby: None, files: dict[str, Path]) -> Iterator[Analysis]:  # noqa: ARG001  (the same)
    """An analysis of the sales without a Claude."""
    nobody: Client = Offline()
    with Analysis(nobody, [files["csv"]]) as made:
        yield made


def test_a_sandbox_behind_an_address(files: dict[str, Path]) -> None:
    """An address that turns out to be the sandbox's is not taken for Claude: the numbers come from the rules, and say so."""
    with listening_sandbox() as url, Claude(base_url=url, api_key="sandbox") as claude:
        assert not claude.is_sandbox
        reply = analyze("total amount", files["csv"], claude=claude)
    assert reply.is_sandbox
    assert reply.text == "sum of amount: 1,499.75\n(sandbox, not Claude)"


def test_a_few_lines(files: dict[str, Path], tmp_path: Path) -> None:
    """One call answers one question, with its chart."""
    nobody: Client = Offline()
    reply = analyze("amount by region", files["csv"], claude=nobody, chart=tmp_path / "a.png")
    assert reply.chart == tmp_path / "a.png"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the total amount?", "sum of amount: 1,499.75\n(sandbox, not Claude)"),
        ("top 2 products by amount", "sum of amount, by product:\n- Jade: 999\n- Silk: 300\n(sandbox, not Claude)"),
        ("华东的 amount 合计", "amount合计 (region = 华东)：420.5\n（沙箱输出，并非 Claude）"),
        ("how many rows", "number of rows: 5\n(sandbox, not Claude)"),
        ("top 1 rows by quantity", "1 rows\n(sandbox, not Claude)"),
        ("why?", "{}sales (region, product, amount, quantity, day)\n(sandbox, not Claude)"),
        ("为什么?", "{}sales (region, product, amount, quantity, day)\n（沙箱输出，并非 Claude）"),
    ],
)
def test_offline(question: str, said: str, offline: Analysis) -> None:
    """Offline the numbers are real, in the question's language, and marked as the sandbox's; what is not understood is said so."""
    reply = offline.ask(question)
    assert reply.is_sandbox
    if said.startswith("{}"):
        assert reply.text.endswith(said[2:])
        assert reply.exhibits == ()
    else:
        assert reply.text == said
        assert len(reply.exhibits) == 1
