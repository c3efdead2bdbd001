"""`yumen ask`, `batch` and `tokens`: what comes out, what is said beside it, and the exit codes."""

from __future__ import annotations

import io
import json
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import Ran
from tests.client.stand_in import MESSAGE, StandIn
from yumen.cli.asking import Chosen, steps_in
from yumen.cli.batch_files import Question, known_answers, read_questions
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.cli.tokens import counted
from yumen.errors import OperatorError
from yumen.settings import resolve
from yumen.settings.sending import Environment
from yumen.words import words_for

SANDBOX = ("--environment", "sandbox")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine chooses a Claude, and batches are noted in a folder of the test's."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "CLAUDE_API_KEY", "YUMEN_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("YUMEN_BATCHES", str(tmp_path / "batches"))
    monkeypatch.setenv("YUMEN_DATA", str(tmp_path / "data"))


def command(*arguments: str, **environ: str) -> Ran:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    environ = {"LC_ALL": "C.UTF-8"} | environ
    return Ran(run(list(arguments), Console(words_for(environ), environ, out, err)), out.getvalue(), err.getvalue())


def test_ask_prints_the_answer_alone() -> None:
    """The answer is all of the output; streamed or not it is the same."""
    assert command("ask", "Say exactly: good day", *SANDBOX) == (0, "good day\n", "")
    assert command("ask", "Say exactly: good day", "--stream", *SANDBOX) == (0, "good day\n", "")


def test_without_a_credential_the_sandbox_answers_and_says_so() -> None:
    """On stderr, in both languages; whoever chose something hears what is wrong with it instead."""
    assert "offline sandbox answers" in command("ask", "Say exactly: hi").err
    assert "由离线沙箱作答" in command("ask", "Say exactly: hi", LC_ALL="zh_CN.UTF-8").err
    refused = command("ask", "hi", "--api-key", "env:NOT_SET_ANYWHERE")
    assert (refused.code, refused.out) == (1, "")
    assert "NOT_SET_ANYWHERE" in refused.err


@pytest.mark.parametrize("chosen", [Chosen("staging"), Chosen(base_url="http://127.0.0.1"), Chosen(api_key="env:X")])
def test_the_sandbox_steps_in_for_nobody_who_chose(chosen: Chosen) -> None:
    """Neither beside an option, nor a variable, nor a table of the settings; a model is no such choice."""
    settings = resolve({}, {}).settings
    assert steps_in(Chosen(model="claude-haiku-4-5"), {}, settings)
    assert not steps_in(chosen, {}, settings)
    assert not steps_in(Chosen(), {"CLAUDE_API_KEY": "x"}, settings)
    own = resolve({"environments": {"production": Environment("https://gateway.example")}}, {}).settings
    assert not steps_in(Chosen(), {}, own)


def test_a_cut_off_answer_has_its_exit_code() -> None:
    """3, with a word on stderr; --whole goes on until all is there; a refusal is 4; --json tells it all."""
    text = "one two three four five six seven eight nine ten eleven twelve"
    cut = command("ask", f"Say exactly: {text}", "--max-tokens", "4", *SANDBOX)
    assert (cut.code, "cut off (max_tokens)" in cut.err) == (3, True)
    assert command("ask", f"Say exactly: {text}", "--max-tokens", "9", "--whole", *SANDBOX)[:2] == (0, text + "\n")
    assert command("ask", "sandbox: refuse", *SANDBOX).code == 4
    told = json.loads(command("ask", f"Say exactly: {text}", "--max-tokens", "4", "--json", *SANDBOX).out)
    assert (told["truncated"], told["stop_reason"], told["attempts"], told["sandbox"]) == (True, "max_tokens", 1, True)
    assert told["cost_nanousd"] > 0


def test_the_question_may_come_by_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone, or in a text's place of -; an empty one is refused."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Say exactly: from a pipe"))
    assert command("ask", *SANDBOX).out == "from a pipe\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("玉门"))
    assert command("ask", "Repeat:", "-", *SANDBOX).out.strip() == "玉门"
    monkeypatch.setattr("sys.stdin", io.StringIO(" \n"))
    assert command("ask", *SANDBOX) == (1, "", "yumen: there is no question: yumen ask TEXT, or by standard input\n")


@pytest.mark.parametrize("way", ["--merge", "--batches"])
def test_a_file_of_questions_is_answered(way: str, tmp_path: Path) -> None:
    """Each with its answer below it, in order; as JSON lines with ids; a second run asks nobody."""
    file, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    file.write_text('{"id": "a", "question": "Say exactly: eins"}\n\n{"prompt": "Say exactly: 二"}\n"Say exactly: drei"\n')
    text = command("batch", str(file), way, *SANDBOX)
    assert text == (0, "# a. Say exactly: eins\n\neins\n\n# 3. Say exactly: 二\n\n二\n\n# 4. Say exactly: drei\n\ndrei\n", "")
    assert command("batch", str(file), way, "--out", str(out), *SANDBOX) == (0, "", "")
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["id"], row["answer"]) for row in rows] == [("a", "eins"), ("3", "二"), ("4", "drei")]
    again = command("batch", str(file), way, "--out", str(out), "--api-key", "env:NOT_SET_ANYWHERE")
    assert (again.code, again.err) == (0, f"yumen: 3 of 3 are answered in {out} already\n")


def test_a_question_without_an_answer_is_shown_with_its_reason(tmp_path: Path) -> None:
    """The others have theirs; exit code 1; the next run asks for that one alone."""
    file, out = tmp_path / "questions.txt", tmp_path / "answers.jsonl"
    file.write_text("Say exactly: fine\n" + "word " * 230_000)
    ran = command("batch", str(file), "--merge", "--model", "claude-haiku-4-5", "--out", str(out), *SANDBOX)
    assert ran.code == 1
    assert "1 of 2 questions got no answer: prompt is too long" in ran.err
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [("answer" in row, "error" in row) for row in rows] == [(True, False), (False, True)]
    assert known_answers(out, read_questions(str(file))) == {0: "fine"}


def test_half_a_file_of_answers_is_resumed(tmp_path: Path) -> None:
    """What a crash cut off counts as not there, as does an answer to a question that has changed since."""
    out = tmp_path / "answers.jsonl"
    out.write_text('{"id":"1","question":"a","answer":"A"}\n{"id":"2","question":"old","answer":"B"}\n{"id":"3","quest')
    assert known_answers(out, [Question("1", "a"), Question("2", "new"), Question("3", "c")]) == {0: "A"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"question": 7}', "line 1: there is neither question nor prompt"),
        (b'{"question": "a"}\n{', "line 2: this is no JSON"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_bad_file_is_said(content: bytes, said: str, tmp_path: Path) -> None:
    """With its line."""
    file = tmp_path / "q"
    file.write_bytes(content)
    with pytest.raises(OperatorError, match=said):
        read_questions(str(file))


@pytest.mark.parametrize(
    "arguments", [("ask", "\udcff"), ("batch", "-", "--merge"), ("lab", "temperature", "\udcff"), ("analyze", "\udcff")]
)
def test_bytes_that_are_no_text_are_said(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the command line or by standard input: no defect of the program, and nobody is asked."""
    monkeypatch.setattr("sys.stdin", io.StringIO("a\udcff"))
    ran = command(*arguments, *SANDBOX)
    assert (ran.code, "is not UTF-8" in ran.err) == (1, True), ran.err


@pytest.mark.parametrize("out", ["missing/answers.jsonl", "questions.txt", "."])
def test_a_place_for_answers_is_looked_at_before_anything_is_paid(out: str, tmp_path: Path) -> None:
    """Where nothing can be written, and where the questions stand, nobody is asked; the questions stay."""
    file = tmp_path / "questions.txt"
    file.write_text("Say exactly: one\n")
    ran = command("batch", str(file), "--merge", "--out", str(tmp_path / out), "--base-url", "http://127.0.0.1:9", "--api-key", "any")
    assert ran.code == 1
    assert "cannot be written" in ran.err or "holds the questions" in ran.err
    assert file.read_text() == "Say exactly: one\n"
    assert [each.name for each in tmp_path.iterdir()] == ["questions.txt"]


def test_the_way_must_be_chosen(tmp_path: Path) -> None:
    """One of the two, as they differ in price and time."""
    assert "--merge or --batches" in command("batch", str(tmp_path / "q")).err
    assert command("batch", str(tmp_path / "q"), "--merge", "--batches").code == 1


def test_tokens_are_counted_or_estimated(tmp_path: Path) -> None:
    """An estimate says its error; too long is exit code 1; a request's body is counted as one."""
    file = tmp_path / "prompt"
    file.write_text("玉门关 word " * 100)
    ran = command("tokens", str(file), "--model", "claude-haiku-4-5")
    assert (ran.code, ran.err) == (0, "")
    assert "± 30 %" in ran.out
    assert "约" in command("tokens", str(file), LC_ALL="zh_CN.UTF-8").out
    file.write_text("word " * 260_000)
    long = command("tokens", str(file), "--model", "claude-haiku-4-5", "--json", "--estimate")
    told = json.loads(long.out)
    assert (long.code, told["fits"], told["exact"], told["window"]) == (1, False, False, 200_000)
    assert told["at_least"] < told["tokens"] < told["at_most"]
    assert command("tokens", str(file), "--model", "claude-sonnet-5-5").code == 0
    file.write_text(json.dumps({"model": 7, "messages": []}))
    assert command("tokens", str(file)).code == 0
    file.write_text(json.dumps({"model": "claude-haiku-4-5", "system": "s", "messages": [{"role": "user", "content": "hi"}]}))
    assert json.loads(command("tokens", str(file), "--json").out)["model"] == "claude-haiku-4-5"


def test_a_count_is_exact_where_claude_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then there is no error to state; where nobody is to be reached, it is said, and estimated."""
    body = {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "hi"}]}
    count = counted(body, 200_001)
    assert (count.exact, count.error_percent, count.at_least, count.fits) == (True, 0, 200_001, False)
    file = tmp_path / "prompt"
    file.write_text("玉门关")
    monkeypatch.setitem(MESSAGE, "input_tokens", 200_001)
    with closing(StandIn()) as claude:
        ran = command("tokens", str(file), "--model", "claude-haiku-4-5", "--base-url", claude.url, "--api-key", "any")
        ((path, sent),) = [(call.path, call.body) for call in claude.calls]
    assert path == "/v1/messages/count_tokens"
    assert (ran.code, ran.out) == (1, "200,001 tokens, exactly: 100.0% of the 200,000 that claude-haiku-4-5 takes\n")
    assert "too long by 1 tokens" in ran.err
    assert sent == {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "玉门关"}]}
    ran = command("tokens", str(file), "--base-url", "http://127.0.0.1:9", "--api-key", "any")
    assert ran.code == 0
    assert "not counted, so estimated" in ran.err
    assert "± 30 %" in ran.out
