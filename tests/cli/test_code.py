"""`yumen code` as it is typed: before the sandbox, and before a server that answers as Claude does."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.cli.command import Ran
from yumen.cli.code import place_of
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.errors import OperatorError
from yumen.words import words_for

GATE = 'class Gate:\n    """Opens."""\n\n    def open(self) -> bool:\n        """Look at the permit."""\n        return True\n'
EDIT = {"path": "gate.py", "old_text": "return True", "new_text": "return self.known"}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder: a gate, and a link that leads out; nothing of this machine speaks to the client."""
    for name in [name for name in os.environ if name.startswith(("ANTHROPIC_", "CLAUDE_", "YUMEN_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.py").write_text("")
    inside = tmp_path / "project"
    inside.mkdir()
    (inside / "gate.py").write_text(GATE)
    (inside / "way-out").symlink_to(tmp_path / "outside")
    (inside / "link.py").symlink_to(tmp_path / "outside" / "x.py")
    (inside / "odd:1").write_text("")
    monkeypatch.chdir(inside)
    return inside


def code(*arguments: str, **environment: str) -> Ran:
    """Run the command within this process."""
    out, err = io.StringIO(), io.StringIO()
    environ = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"} | environment
    return Ran(run(["code", *arguments], Console(words_for(environ), environ, out, err)), out.getvalue(), err.getvalue())


def test_explained_offline() -> None:
    """A file, some of its lines, a folder and the present folder, each with its places, marked as the sandbox's."""
    whole, lines, folder, here = (code("explain", *given).out for given in (["gate.py"], ["gate.py:4-6"], ["."], []))
    assert whole.startswith("(sandbox, not Claude)\ngate.py (Python, 6 lines)\n")
    assert "class Gate gate.py:1-6: Opens." in whole
    assert "Gate.open gate.py:4-6" in lines
    assert "Gate.open gate.py:4-6" in folder == here


def test_in_chinese() -> None:
    """The outline's own words and the errors follow the environment."""
    ran = code("explain", "gate.py", LC_ALL="zh_CN.UTF-8")
    assert ran.out.startswith("（沙箱输出，并非 Claude）\ngate.py (Python, 6 行)\n")
    assert "类 Gate gate.py:1-6" in ran.out
    assert "没有文件" in code("explain", "nowhere.py", LC_ALL="zh_CN.UTF-8").err


def test_a_task_offline() -> None:
    """The symbols that a task's words stand in; a sentence where none does; JSON where it is wished."""
    assert "Gate.open gate.py:4-6" in code("Where is the permit looked at?").out
    assert "has a word of the task" in code("zebra").out
    assert json.loads(code("permit", "--json").out)["sandbox"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "nowhere.py"], "there is no file"),
        (["explain", "x" * 300], "there is no file"),
        (["explain", "gate.py:7"], "gate.py has 6 lines"),
        (["explain", "gate.py:0"], "gate.py has 6 lines"),
        (["explain", "way-out"], "leads out of"),
        (["explain", "link.py"], "leads out of"),
        (["explain", "../outside/x.py", "--in", "."], "leads out of"),
        (["explain", ".:3"], "it has no lines"),
        (["explain", "a", "b"], "name one file"),
        (["  "], "say what is to be done"),
        (["x", "--in", "gate.py"], "there is no folder"),
    ],
)
def test_what_will_not_do(arguments: list[str], said: str) -> None:
    """One sentence, exit code 1."""
    ran = code(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    """There is nothing to explain in it."""
    (tmp_path / "empty").mkdir()
    assert "there is nothing to read" in code("explain", str(tmp_path / "empty")).err


def test_places(project: Path) -> None:
    """A path's lines are told apart from a colon in its name, and its folder is the present one, or its own where it lies outside."""
    assert place_of("gate.py:4", None) == (project, "gate.py", (4, 4))
    assert place_of("gate.py:4-2", None) == (project, "gate.py", (4, 4))
    assert place_of("odd:1", None) == (project, "odd:1", None)
    assert place_of("../outside/x.py", None) == (project.parent / "outside", "x.py", None)
    assert place_of("../outside", None) == (Path("../outside"), ".", None)
    assert place_of("gate.py", project) == (project, "gate.py", None)
    with pytest.raises(OperatorError):
        place_of("gate.py:x", None)


@pytest.mark.parametrize(("options", "after"), [([], GATE), (["--apply"], GATE.replace("return True", "return self.known"))])
def test_a_change_is_shown_and_written_only_where_that_is_said(project: Path, options: list[str], after: str) -> None:
    """Claude's proposal is a difference; --apply writes it and says what."""
    script: list[list[dict[str, Any]]] = [
        [{"type": "tool_use", "id": "toolu_1", "name": "propose_edit", "input": EDIT}],
        [{"type": "text", "text": "Done: gate.py:6."}],
    ]
    with scripted(script) as url:
        ran = code("Look at who asks.", *options, "--base-url", url, "--api-key", "sk-ant-api03-test")
    assert ran.code == 0, ran.err
    assert "Done: gate.py:6.\n\n--- a/gate.py\n+++ b/gate.py\n" in ran.out
    assert "sandbox" not in ran.out
    assert ("written: gate.py" in ran.err) == bool(options)
    assert (project / "gate.py").read_text() == after


def test_a_chinese_user_is_explained_in_chinese() -> None:
    """Claude is told so, since nothing else in the question is Chinese."""
    seen: list[Any] = []
    script: list[list[dict[str, Any]]] = [[{"type": "text", "text": "一座门。"}]]
    with scripted(script, seen) as url:
        ran = code("explain", "gate.py", "--base-url", url, "--api-key", "sk-ant-api03-test", LC_ALL="zh_CN.UTF-8")
    assert ran.out == "一座门。\n"
    assert seen[0]["system"][0]["text"].endswith("Answer in Chinese.")


@contextmanager
def scripted(script: list[list[dict[str, Any]]], seen: list[Any] | None = None) -> Iterator[str]:
    """Serve given answers, one after another, as Claude streams them."""
    left, asked = iter(script), [] if seen is None else seen

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for event in events(next(left)):
                self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def events(content: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield an answer's events."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "usage": usage,
    }
    yield {"type": "message_start", "message": message | {"stop_sequence": None}}
    for index, block in enumerate(content):
        is_text = block["type"] == "text"
        yield {"type": "content_block_start", "index": index, "content_block": {**block, **({"text": ""} if is_text else {"input": {}})}}
        delta = (
            {"type": "text_delta", "text": block["text"]}
            if is_text
            else {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        )
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    stop = "tool_use" if content[-1]["type"] == "tool_use" else "end_turn"
    yield {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage}
    yield {"type": "message_stop"}
