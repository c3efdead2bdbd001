"""The playground's scripts as far as they need no page: code that runs, streams in any pieces, and prompts that come back as they were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import anthropic
import httpx2
import pytest

from yumen.console.pages.assets import FOLDER

NODE = shutil.which("node")
URL = "https://claude.example.org/"
HERE = Path(__file__).parent
NASTY = 'it\'s "quoted" \\ back`tick` ${HOME} $(id) \n\t\r\x00\x0b\x7f\u2028\u2029 é 玉门 🐎 \ud83d </script> %s EOF \'\'\' """'
SCHEMA = {"type": "object", "properties": {"__proto__": {"type": "string"}, "a-b": {"enum": [None, True, False, 0, -1.5, 1e21]}}}
BODIES: list[dict[str, Any]] = [
    {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}], "stream": True},
    {
        "model": NASTY,
        "max_tokens": 64000,
        "system": NASTY,
        "temperature": 0.1,
        "stop_sequences": ["\n", "'"],
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "tools": [{"name": "t", "description": NASTY, "input_schema": SCHEMA}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": NASTY}, {"type": "text", "text": ""}]},
            {"role": "assistant", "content": []},
        ],
        "stream": True,
    },
]
VERSION = {"anthropic-version": "2023-06-01"}
"""In which the playground calls: the SDKs' own may refuse what it allows."""
ANY = {"id": "m", "names": ["m", "m-1"], "samples": True, "thinking": ["enabled", "disabled"], "efforts": ["low"], "max_tokens": 9}
STRICT = {"id": "s", "names": ["s"], "samples": False, "thinking": ["adaptive"], "efforts": [], "max_tokens": 9}

pytestmark = pytest.mark.skipif(NODE is None, reason="needs node")


def run(*jobs: dict[str, Any]) -> list[Any]:
    """Run jobs of `scripts.mjs`."""
    command = [NODE or "node", str(HERE / "scripts.mjs"), str(FOLDER)]
    done = subprocess.run(command, input=json.dumps(jobs).encode(), capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    found: list[Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def written() -> list[dict[str, str]]:
    """The bodies as code."""
    return list(run({"do": "code", "bodies": BODIES, "url": URL})[0])


def test_python_sends_the_very_body(
    written: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The code runs, and what it hands to the SDK is the body, whatever stands in it."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "yk-test")
    for code, body in zip(written, BODIES, strict=True):
        seen: list[Any] = []

        def client(*, base_url: str, api_key: str, default_headers: dict[str, str], into: list[Any] = seen) -> SimpleNamespace:
            def create(*, extra_body: Any = None, **asked: Any) -> list[Any]:  # noqa: ANN401  (whatever the code sends)
                into.append((base_url, api_key, default_headers, asked | (extra_body or {})))
                delta = SimpleNamespace(type="text_delta", text="said")
                return [SimpleNamespace(type="content_block_delta", delta=delta), SimpleNamespace(type="message_stop")]

            return SimpleNamespace(messages=SimpleNamespace(create=create))

        stub = ModuleType("anthropic")
        stub.Anthropic = client  # type: ignore[attr-defined]  # a stand-in
        monkeypatch.setitem(sys.modules, "anthropic", stub)
        exec(compile(code["python"], "shown", "exec"), {})  # noqa: S102  (what the page shows, to see that it runs)
        assert seen == [("https://claude.example.org", "yk-test", VERSION, body)]
        assert capsys.readouterr().out == "said\n"


def test_the_official_sdk_sends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A temperature, and what the SDK has no name for, goes out as it was tried, in the version in which it was tried."""
    body = {**BODIES[0], "temperature": 0.5, "top_k": 3, "output_config": {"effort": "low"}, "of_tomorrow": {"a-b": None}}
    [[code]] = run({"do": "code", "bodies": [body], "url": URL})
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, headers={"content-type": "text/event-stream"})

    client = anthropic.DefaultHttpxClient(transport=httpx2.MockTransport(answer))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "yk-test")
    monkeypatch.setattr(anthropic, "Anthropic", partial(anthropic.Anthropic, http_client=client))
    exec(compile(code["python"], "shown", "exec"), {})  # noqa: S102  (the same)
    [request] = seen
    assert (json.loads(request.content), request.headers["anthropic-version"]) == (body, "2023-06-01")


def test_node_sends_the_very_body(written: list[dict[str, str]], tmp_path: Path) -> None:
    """The same in Node, names that set prototypes among it."""
    sdk = tmp_path / "node_modules" / "@anthropic-ai" / "sdk"
    sdk.mkdir(parents=True)
    (sdk / "package.json").write_text('{"name":"@anthropic-ai/sdk","type":"module","main":"index.js"}')
    (sdk / "index.js").write_text(
        "export default class { constructor(o) { this.messages = { create: async (body) => { console.error(JSON.stringify([o, body]));"
        ' return [{ type: "content_block_delta", delta: { type: "text_delta", text: "said" } }]; } }; } }'
    )
    for code, body in zip(written, BODIES, strict=True):
        (tmp_path / "shown.mjs").write_text(code["node"], encoding="utf-8", errors="surrogatepass")
        command = [NODE or "node", "shown.mjs"]
        environment = {**os.environ, "ANTHROPIC_API_KEY": "yk-test"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=60)
        assert json.loads(done.stderr) == [
            {"baseURL": "https://claude.example.org", "apiKey": "yk-test", "defaultHeaders": VERSION},
            body,
        ]
        assert done.stdout == b"said\n"


def test_curl_sends_the_very_body(written: list[dict[str, str]], tmp_path: Path) -> None:
    """In a shell nothing in the body is taken for a command, and the key comes from the environment."""
    stub = tmp_path / "curl"
    stub.write_text(f"#!{sys.executable}\nimport sys, json\nprint(json.dumps(sys.argv[1:]))\n")
    stub.chmod(0o700)
    for code, body in zip(written, BODIES, strict=True):
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "ANTHROPIC_API_KEY": "yk-test", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["sh", "-c", code["curl"]], env=environment, capture_output=True, check=True, timeout=60)  # noqa: S607
        told = json.loads(done.stdout)
        assert json.loads(told[-1]) == body
        assert {"https://claude.example.org/v1/messages", "x-api-key: yk-test", "anthropic-version: 2023-06-01"} <= set(told)


def test_an_answer_is_the_same_in_any_pieces() -> None:
    """Text, thinking, tools and unknown events make one message, whole, piece by piece and character by character."""
    events = [
        ("message_start", {"message": {"model": "m", "usage": {"input_tokens": 3, "cache_read_input_tokens": 4}}}),
        ("content_block_start", {"index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}}),
        ("content_block_delta", {"index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm\n"}}),
        ("content_block_delta", {"index": 0, "delta": {"type": "signature_delta", "signature": "abc"}}),
        ("content_block_stop", {"index": 0}),
        ("content_block_start", {"index": 1, "content_block": {"type": "text", "text": ""}}),
        ("ping", {}),
        ("content_block_delta", {"index": 1, "delta": {"type": "text_delta", "text": "玉"}}),
        ("content_block_delta", {"index": 1, "delta": {"type": "text_delta", "text": "门"}}),
        ("content_block_delta", {"index": 1, "delta": {"type": "of tomorrow"}}),
        ("content_block_stop", {"index": 1}),
        ("content_block_start", {"index": 2, "content_block": {"type": "tool_use", "id": "t1", "name": "f", "input": {}}}),
        ("content_block_delta", {"index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"a": '}}),
        ("content_block_delta", {"index": 2, "delta": {"type": "input_json_delta", "partial_json": "1}"}}),
        ("content_block_stop", {"index": 2}),
        ("constructor", {}),
        ("message_delta", {"delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 5}}),
        ("message_stop", {}),
    ]
    expected = [
        {"type": "thinking", "thinking": "Hm\n", "signature": "abc"},
        {"type": "text", "text": "玉门"},
        {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}},
    ]
    for end in ("\n", "\r\n"):
        lines = [f"event: {name}{end}data: {json.dumps({'type': name, **data}, ensure_ascii=False)}{end}{end}" for name, data in events]
        text = f": a comment{end}{end}" + "".join(lines)
        [found] = run({"do": "events", "text": text, "sizes": [len(text), 1, 2, 7]})
        for each in found:
            assert each["whole"] == expected
            assert each["answer"]["usage"] == {"input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 5}
            assert (each["answer"]["stop"], each["answer"]["ended"], each["prompt"]) == ("tool_use", True, 7)


def test_an_answer_that_breaks_off_is_not_whole() -> None:
    """A tool's half input is not taken for a call, an error is kept, and nothing says that it ended."""
    start = {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}}}
    half = {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"a'}}
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    text = "".join(f"data: {json.dumps(each)}\n\n" for each in (start, half, error)) + 'data: {"type":"message_stop"}'
    [[found]] = run({"do": "events", "text": text, "sizes": [5]})
    assert (found["whole"], found["answer"]["ended"], found["answer"]["error"]) == ([], False, error["error"])


def test_what_a_model_does_not_take_is_not_sent() -> None:
    """Empty fields stay out, and so do temperature, thinking and effort where the model has none of them."""
    col = {"system": "", "temperature": "0.5", "top_p": "", "stop": "a\n\nb", "thinking": "enabled", "budget": "2000", "effort": "low"}
    col["max_tokens"] = "9"
    turns = [{"role": "user", "text": "Hi"}, {"role": "assistant", "text": ""}]
    job = {"do": "body", "turns": turns, "tools": "", "models": [ANY, STRICT]}
    full, strict, unknown = (each["body"] for each in run(*({**job, "col": {**col, "model": model}} for model in ("m-1", "s", "new"))))
    said = {"max_tokens": 9, "stop_sequences": ["a", "b"], "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    more = {"temperature": 0.5, "thinking": {"type": "enabled", "budget_tokens": 2000}, "output_config": {"effort": "low"}}
    assert full == {"model": "m-1", **said, **more}
    assert strict == {"model": "s", **said}
    assert unknown == {"model": "new", **said, **more}


def test_what_was_saved_is_opened_as_it_was() -> None:
    """What the playground has no field for comes back too, and is sent."""
    saved = {
        "columns": [
            {"model": "m", "max_tokens": 9, "system": [{"type": "text", "text": "Rhyme."}], "metadata": {"user_id": "u"}},
            {"model": "m", "max_tokens": 9, "system": "Rhyme.", "output_config": {"effort": "low", "format": {"type": "json_schema"}}},
        ],
        "messages": [
            {"role": "user", "content": [{"type": "image", "source": {"type": "base64"}}, {"type": "text", "text": "What is it?"}]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "1", "is_error": True}]},
            {"role": "user", "content": [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]},
        ],
        "tools": [{"name": "f", "input_schema": {"type": "object"}}],
    }
    [opened] = run({"do": "opened", "saved": saved, "models": [ANY]})
    assert opened["again"] == saved
    assert opened["body"] == {**saved["columns"][0], "tools": saved["tools"], "messages": saved["messages"], "stream": True}


def test_tools_are_read_with_a_reason_why_not() -> None:
    """Each way to be wrong has its own sentence; a tool of the server's needs no schema."""
    texts = {
        "": None,
        "[": "json",
        "{}": "list",
        "[1]": "list",
        '[{"name": "a b"}]': "name",
        '[{"name": "f"}]': "schema",
        '[{"type": "web_search_20250305", "name": "web_search"}]': None,
        '[{"name": "f", "input_schema": {"type": "object"}}]': None,
    }
    [found] = run({"do": "tools", "texts": list(texts)})
    assert found == list(texts.values())


def test_an_answer_goes_on_with_the_results_of_its_tools() -> None:
    """The answer stands in the conversation as it came, and each call of a tool waits for its result."""
    blocks = [{"type": "text", "text": "Let me look."}, {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}]
    [[_, answer, following]] = run({"do": "continued", "blocks": blocks})
    assert (answer["role"], answer["blocks"]) == ("assistant", blocks)
    assert following["results"] == [{"tool_use_id": "t", "name": "f", "text": "", "failed": False}]
