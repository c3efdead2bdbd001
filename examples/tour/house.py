"""What the tour walks through: a gateway of its own before the sandbox, an outbox for mails and text messages, and keys."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from aiosmtpd.controller import Controller
from examples.tour.loopback import Served
from starlette.applications import Starlette
from starlette.requests import Request as Arrived
from starlette.responses import Response
from starlette.routing import Route

from tests.gateway import PATIENCE_S, ROOT, YUMEN, Gateway, clean_environment, wait_for
from tests.postgres import free_port

Opened = TypeVar("Opened")
CODE = re.compile(r"\b\d{8}\b")
SETTINGS = """
[mail]
server = "127.0.0.1:{mail}"
tls = "none"
sender = "yumen@gateway.example"

[sms]
webhook = "http://127.0.0.1:{sms}/sms"
secret = "env:SMS_SECRET"

[organizations]
sign_up = "open"
phone_required = ["CN"]
"""


class Outbox:
    """A mail server and a receiver of text messages on loopback; nothing leaves the machine."""

    def __init__(self) -> None:
        """Listen on free ports."""
        self.mails: list[str] = []
        self.texts: list[dict[str, str]] = []
        self._post = Controller(self, hostname="127.0.0.1", port=free_port())
        self._sms = Served(Starlette(routes=[Route("/sms", self._take, methods=["POST"])]))

    def __enter__(self) -> Self:
        """Open."""
        self._post.start()
        self._sms.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._post.stop()
        self._sms.__exit__()

    @property
    def sms_port(self) -> int:
        """Where text messages go."""
        return self._sms.port

    @property
    def mail_port(self) -> int:
        """Where mails go."""
        return int(self._post.port)

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802, ANN401  (the server's names)
        """Take a mail."""
        del server, session
        mail: Any = message_from_bytes(envelope.content, policy=policy.SMTP)
        self.mails.append(str(mail.get_body(("plain",)).get_content()))
        return "250 taken"

    async def _take(self, arrived: Arrived) -> Response:
        self.texts.append(await arrived.json())
        return Response(status_code=204)

    def mailed_code(self) -> str:
        """Return the newest code that was mailed."""
        wait_for(lambda: bool(self.mails), "a mail")
        return CODE.findall(self.mails[-1])[0]

    def texted_code(self) -> str:
        """Return the newest code that was texted."""
        wait_for(lambda: bool(self.texts), "a text message")
        return CODE.findall(self.texts[-1]["text"])[0]


class House:
    """Everything that the steps use; what is dear is opened when the first step asks for it."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        """Work in an empty folder."""
        self.folder = folder
        self.closing = closing
        self.outbox = closing.enter_context(Outbox())
        settings = SETTINGS.format(mail=self.outbox.mail_port, sms=self.outbox.sms_port)
        self.gateway = closing.enter_context(
            Gateway(
                folder / "gateway",
                "--upstream",
                "sandbox",
                config=settings,
                environment={"SMS_SECRET": "a secret of the tour, long enough"},
            )
        )
        self.key = self.gateway.new_key("tour")
        self._opened: dict[object, Any] = {}

    def once(self, opener: Callable[[House], Opened]) -> Opened:
        """Return what an opener gives, made at the first call."""
        if opener not in self._opened:
            self._opened[opener] = opener(self)
        return self._opened[opener]  # type: ignore[no-any-return]

    @property
    def variables(self) -> dict[str, str]:
        """What a shell would have exported."""
        return {"ANTHROPIC_BASE_URL": self.gateway.url, "ANTHROPIC_API_KEY": self.key, "CLAUDE_API_KEY": self.key}

    def run(self, *command: str, code: int = 0, given: str = "", more: Mapping[str, str] | None = None) -> str:
        """Run a program as a user would in the folder of the tour, and return what it printed."""
        sessions = self.folder / "sessions" / "sessions.db"
        ended = subprocess.run(
            command,
            check=False,
            input=given,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=clean_environment(YUMEN_SESSIONS=f"sqlite:///{sessions}", **(self.variables | dict(more or {}))),
            timeout=PATIENCE_S,
        )
        assert ended.returncode == code, f"{' '.join(command)} ended with {ended.returncode}: {ended.stderr}{ended.stdout}"
        return ended.stdout

    def yumen(self, *arguments: str, code: int = 0, given: str = "") -> str:
        """Run a `yumen` command that asks Claude."""
        return self.run(str(YUMEN), *arguments, code=code, given=given)

    def python(self, program: str, **more: str) -> str:
        """Run a small program of Python with what was exported, and return what it printed."""
        return self.run(str(ROOT / ".venv" / "bin" / "python"), "-c", program, more=more)

    def post(self, url: str, body: object, key: str | None = None, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        """Post JSON, and return the status and the answer."""
        sent = {"content-type": "application/json", "anthropic-version": "2023-06-01", **(headers or {})}
        request = Request(url, json.dumps(body).encode(), sent | ({} if key is None else {"x-api-key": key}))  # noqa: S310  (loopback)
        try:
            with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310  (the same)
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def ask(self, key: str | None = None, **more: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401  (whatever the API takes)
        """Ask Messages once."""
        body = {"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]} | more
        return self.post(f"{self.gateway.url}/v1/messages", body, key or self.key)


@contextmanager
def opened_house(folder: Path) -> Iterator[House]:
    """Open the house, and close all of it in the end."""
    os.environ.pop("ANTHROPIC_API_KEY", None)
    with ExitStack() as closing:
        yield House(folder, closing)
