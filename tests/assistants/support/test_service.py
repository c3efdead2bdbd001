"""Customer service as a program uses it, with a real client on the sandbox of this process."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from tests.assistants.support.doubles import HERE, SHOP
from yumen import Claude
from yumen.assistants.support import Support, SupportOptions
from yumen.assistants.support.claude_writer import ClaudeWriter
from yumen.assistants.support.service import Known
from yumen.assistants.support.values import Asked, Hit, Said, Written
from yumen.assistants.support.writer import NoAnswer
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.notices.signature import is_signed

SECRET = "secret-of-the-webhook"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of this machine speak to the client."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "CLAUDE_", "YUMEN_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("YUMEN_DATA", str(tmp_path / "data"))


@pytest.fixture
def claude() -> Iterator[Claude]:
    """A client on the sandbox."""
    with Claude(environment="sandbox") as claude:
        yield claude


class Receiver:
    """A webhook of somebody's on loopback."""

    def __init__(self) -> None:
        """Listen."""
        arrived = self.arrived = []  # type: list[tuple[dict[str, str], bytes]]

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                arrived.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:  # noqa: ANN401  (whatever is logged)
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_it_remembers_hands_over_and_keeps_it_private(tmp_path: Path, claude: Claude) -> None:
    """Another process goes on where the first ended; the webhook gets a signed notice; the files are their owner's alone."""
    receiver = Receiver()
    options = SupportOptions(data=tmp_path / "data", webhook=receiver.url, webhook_secret=SECRET)
    with Support(SHOP, claude, options) as support:
        assert support.refreshed.read == 8
        assert support.answer("Do you ship to Japan?", customer="c").citations[0].file == "shipping.md"
    with Support(SHOP, claude, options) as support:
        assert support.refreshed.kept == 8
        assert support.answer("And how long does it take?", customer="c").citations[0].file == "shipping.md"
        assert support.answer("a real person please", customer="c").handed_over is not None
        case = json.loads(support.cases.read_text())
    receiver.close()
    assert [each["question"] for each in case["conversation"]][:1] == ["Do you ship to Japan?"]
    ((headers, body),) = receiver.arrived
    assert is_signed(SECRET, headers, body, Clock().now_us() // 1_000_000)
    assert json.loads(body)["id"] == case["id"]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").rglob("*")}
    assert {mode for name, mode in modes.items() if name.endswith(("sqlite", "jsonl"))} == {0o600}


def test_two_folders_do_not_mix(tmp_path: Path, claude: Claude) -> None:
    """Each folder of documents has an index, and customers, of its own."""
    other = tmp_path / "knowledge"
    other.mkdir()
    (other / "a.md").write_text("# Zebras\n\nZebras are striped.")
    options = SupportOptions(data=tmp_path / "data")
    with Support(SHOP, claude, options) as shop, Support(other, claude, options) as zoo:
        shop.answer("转人工", customer="c")
        assert zoo.answer("zebras?", customer="c").citations[0].file == "a.md"


@pytest.mark.parametrize(
    ("knowledge", "options"),
    [
        (HERE / "nothing", SupportOptions()),
        (SHOP, SupportOptions(rules=HERE / "questions.toml")),
        (SHOP, SupportOptions(webhook="ftp://x")),
        (SHOP, SupportOptions(webhook="http://10.0.0.1/x")),
    ],
)
def test_what_will_not_do_is_said_at_the_start(claude: Claude, knowledge: Path, options: SupportOptions) -> None:
    """A folder that is not there, rules that are none, a webhook without TLS."""
    with pytest.raises(OperatorError):
        Support(knowledge, claude, options)


HITS = (Hit("a.md", "A", "A > B", "Within 30 days.", 3, 0, 1.0),)


@pytest.mark.parametrize("documents", [True, False])
def test_what_is_asked_is_what_claude_takes(claude: Claude, *, documents: bool) -> None:
    """The sandbox, which checks requests as Claude does, takes both forms of the prompt."""
    writer = ClaudeWriter(claude, claude.model)
    writer._documents = documents
    assert writer.write(Asked("How long?", HITS, (Said(1, "Hi", "Hello!"),))).text


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(
    ("question", "hits", "said"),
    [
        ("How long?", HITS, "Within 30 days."),
        ("你好", (), "您好！"),
        ("That did not help at all", (), "I am sorry"),
        ("How deep is the sea?", (), "found nothing"),
    ],
)
def test_a_sandbox_found_out_late_does_not_speak_for_claude(question: str, hits: tuple[Hit, ...], said: str, *, fails: bool) -> None:
    """Of a sandbox elsewhere it is known after its first answer, be it an error: the first question is answered as all later ones."""
    elsewhere: Any = SimpleNamespace(is_sandbox=False)

    class Talker:
        is_sandbox = False

        def write(self, asked: Asked) -> Written:
            elsewhere.is_sandbox = True
            if fails:
                raise NoAnswer
            return Written(f"I made that up: {asked.question}")

    written = Known(elsewhere, Talker()).write(Asked(question, hits, ()))
    assert said in written.text
    assert "made that up" not in written.text
    assert written.answered == (said != "found nothing")


def test_a_customers_name_may_be_broken(claude: Claude) -> None:
    """Bytes of a command line that are no Unicode name the same customer everywhere."""
    with Support(SHOP, claude) as support:
        support.answer("Is shipping free?", customer="\udcff")
        assert not support.release("\udcff")
        assert support.dissatisfied("\udcff").unsatisfied == 1
        assert support.forget("\udcff")
