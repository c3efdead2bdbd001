"""`answer`, `ask`, `ask_many` and `continued`, in both kinds of client, before the sandbox of this process."""

from __future__ import annotations

import asyncio
import logging
from decimal import Decimal
from pathlib import Path

import pytest
from anthropic import AuthenticationError, BadRequestError

from tests.client.stand_in import StandIn
from yumen import AsyncClaude, Claude
from yumen.client.call import text_of
from yumen.client.many import Many, SomeUnanswered
from yumen.client.merging import Unanswered
from yumen.client.too_long import PromptTooLong
from yumen.errors import OperatorError

NEWER, OLDER = "claude-sonnet-5-5", "claude-haiku-4-5"
LONG = "one two three four five six seven eight nine ten 一二三四五六七八九十 eleven twelve thirteen fourteen fifteen sixteen"
WAYS = ["merge", "batches"]


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Batches are noted in a folder of the test's."""
    monkeypatch.setenv("YUMEN_BATCHES", str(tmp_path / "batches"))
    return tmp_path / "batches"


@pytest.mark.parametrize("model", [OLDER, NEWER])
@pytest.mark.parametrize("max_tokens", [3, 12, 25])
def test_a_cut_off_answer_becomes_whole_without_a_seam(model: str, max_tokens: int) -> None:
    """By prefill on a model that takes it, by a user's turn on one that refuses it, in as many rounds as it takes."""
    with Claude(environment="sandbox", model=model) as claude:
        cut = claude.answer(f"Say exactly: {LONG}", max_tokens=max_tokens)
        whole = cut.continued(rounds=40)
        assert (cut.truncated, whole.truncated) == (True, False)
        assert LONG.startswith(cut.text)
        assert whole.text == text_of(whole.message) == str(whole) == LONG
        assert len(whole.replies) == whole.attempts > 1
        assert whole.usage.output_tokens > cut.usage.output_tokens
        assert whole.continued() is whole


def test_rounds_are_bounded() -> None:
    """What is not whole after them is flagged still."""
    with Claude(environment="sandbox", model=OLDER) as claude:
        answer = claude.answer(f"Say exactly: {LONG}", max_tokens=3).continued(rounds=2)
        assert answer.truncated
        assert len(answer.replies) == 3
        assert LONG.startswith(answer.text)


def test_a_cut_off_answer_is_flagged_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A warning says so, with what to do; a whole answer is silent."""
    with Claude(environment="sandbox") as claude, caplog.at_level(logging.WARNING, "yumen.client"):
        claude.ask("Say exactly: all of it")
        assert [record for record in caplog.records if record.name == "yumen.client"] == []
        claude.ask(f"Say exactly: {LONG}", max_tokens=3)
    assert "cut off (max_tokens) after 3 tokens: answer.continued()" in caplog.text


def test_an_answer_knows_what_it_took() -> None:
    """Tokens, attempts, and money as Decimal by the published prices; streamed, the pieces make up the text."""
    pieces: list[str] = []
    with Claude(environment="sandbox", model=OLDER) as claude:
        answer = claude.answer("Say exactly: a few words here", system="Be short.", on_text=pieces.append)
    assert "".join(pieces) == answer.text == "a few words here"
    assert answer.attempts == 1
    assert answer.cost_usd == Decimal(answer.usage.input_tokens * 1000 + answer.usage.output_tokens * 5000) / 10**9


def test_the_settings_prices_go_before_the_published(tmp_path: Path) -> None:
    """In dollars for a million tokens, as `[prices]` has them: in the answer, gone on with too, and in the log's line."""
    settings = tmp_path / "yumen.toml"
    settings.write_text('[prices."claude-sonnet-5-5"]\ninput = "1000"\noutput = "0"\n')
    with Claude(environment="sandbox", settings=str(settings)) as claude:
        answer = claude.answer("Say exactly: one two three four", max_tokens=2)
        assert answer.cost_nanousd == answer.usage.input_tokens * 1_000_000
        whole = answer.continued()
        assert whole.cost_nanousd == whole.usage.input_tokens * 1_000_000


@pytest.mark.parametrize("way", WAYS)
def test_many_questions_in_both_ways(way: str, state: Path) -> None:
    """In order, with a blank one blank; progress reaches the end; no note stays behind."""
    told: list[tuple[int, int]] = []
    questions = ["Say exactly: eins", "", "请回答:二", "Say exactly: drei"]
    with Claude(environment="sandbox") as claude:
        answers = claude.ask_many(questions, way=way, progress=lambda *done: told.append(done))  # type: ignore[arg-type]
    assert answers[:2] == ["eins", ""]
    assert answers[3] == "drei"
    assert told[-1] == (3, 3)
    assert not list(state.glob("*"))


@pytest.mark.parametrize("way", WAYS)
def test_many_questions_with_await(way: str) -> None:
    """The same of an AsyncClaude, and its continued answer."""

    async def ask() -> tuple[list[str], str]:
        async with AsyncClaude(environment="sandbox") as claude:
            answers = await claude.ask_many(["Say exactly: a", " ", "Say exactly: b"], way=way)  # type: ignore[arg-type]
            whole = await (await claude.answer(f"Say exactly: {LONG}", max_tokens=9)).continued()
            return answers, whole.text

    assert asyncio.run(ask()) == (["a", "", "b"], LONG)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_wrong_with_a_question_is_said_of_it(way: str) -> None:
    """One that the server refuses does not take the others' answers along: the error has them all."""
    with Claude(environment="sandbox", model="claude-haiku-4-5") as claude, pytest.raises(SomeUnanswered, match="1 of 2") as raised:
        claude.ask_many(["Say exactly: fine", "word " * 230_000], way=way)  # type: ignore[arg-type]
    fine, refused = raised.value.results
    assert fine == "fine"
    assert isinstance(refused, Unanswered)
    assert "prompt is too long" in refused.reason


def test_what_is_wrong_for_all_is_raised(stand_in: StandIn) -> None:
    """A refused key is no question's matter."""
    stand_in.taken = {"right"}
    with Claude(base_url=stand_in.url, api_key="wrong") as claude, pytest.raises(AuthenticationError):
        claude.outcomes(Many(["a", "b"], NEWER))
    with Claude(environment="sandbox") as claude, pytest.raises(OperatorError, match="merge or batches"):
        claude.ask_many(["a"], way="both")  # type: ignore[arg-type]


def test_a_prompt_that_cannot_fit_is_not_sent(stand_in: StandIn) -> None:
    """Beyond doubt too long: said before it is sent, with the heaviest messages; by the SDK's own methods too."""
    heavy = [{"role": "user", "content": "word " * 280_000}, {"role": "assistant", "content": "ok"}, {"role": "user", "content": "and?"}]
    with Claude(base_url=stand_in.url, api_key="any", model=OLDER) as claude:
        with pytest.raises(PromptTooLong, match=r"at least [\d,]+ more than the 200,000.*most of it is in messages.0 \(user\)") as raised:
            claude.messages.create(model=OLDER, max_tokens=5, messages=heavy)  # type: ignore[arg-type]
        with pytest.raises(PromptTooLong):
            claude.ask(heavy)  # type: ignore[arg-type]
    assert stand_in.calls == []
    assert raised.value.over > 0
    assert raised.value.heaviest[0].part == "messages.0 (user)"


def test_a_prompt_that_the_server_finds_too_long_is_explained() -> None:
    """Where the estimate is not sure, the server's answer says by how many tokens, and what weighs most."""
    prompt = [{"role": "user", "content": "word " * 230_000}]
    with Claude(environment="sandbox", model=OLDER) as claude, pytest.raises(BadRequestError) as raised:
        claude.ask(prompt, system="Be short.")  # type: ignore[arg-type]
    assert "tokens too many; most of it is in messages.0 (user) ≈" in str(raised.value)
    assert "prompt is too long" in str(raised.value)


def test_the_gateways_attempts_count(stand_in: StandIn) -> None:
    """A gateway says how many it made; the answer shows them."""
    stand_in.headers["x-yumen-attempts"] = "3"
    with Claude(base_url=stand_in.url, api_key="any") as claude:
        assert claude.answer("hi").attempts == 3
