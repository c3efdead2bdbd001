"""A program that another environment's Python runs, with another release of the official SDK: what a client must do in each."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anthropic

from yumen import AsyncClaude, Claude, OperatorError, Retry

MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 2},
}
CALL = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
KEYS: list[str] = []


class StandIn(BaseHTTPRequestHandler):
    """It takes the keys `good` and `k-2`."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer one request."""
        self.rfile.read(int(self.headers["content-length"]))
        key = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
        KEYS.append(key)
        body = json.dumps(MESSAGE if key in ("good", "k-2") else {"type": "error", "error": {"type": "authentication_error"}}).encode()
        self.send_response(200 if key in ("good", "k-2") else 401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        """Be quiet."""


def main(kept: Path) -> None:
    """Do it all and say what came of it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    told: dict[str, object] = {"release": anthropic.__version__}
    try:
        with Claude(api_key="good", base_url=url) as claude:
            told["is"] = isinstance(claude, anthropic.Anthropic) and isinstance(claude, Claude)
            told["said"] = claude.messages.create(**CALL).content[0].text
            told["copied"] = claude.with_options(timeout=9, max_retries=1).messages.create(**CALL).content[0].text
            told["middleware"] = len(claude.with_middleware(lambda request, call: call(request)).middleware) - len(claude.middleware)
            told["forked"] = forked(claude)
    except OperatorError as error:
        sys.stdout.write(json.dumps(told | {"refused": str(error)}))
        return
    kept.write_text("k-1")
    with Claude(api_key=f"file:{kept}", base_url=url) as claude:
        kept.write_text("k-2")
        told["renewed"] = claude.messages.create(**CALL).content[0].text
    told["keys"] = KEYS
    try:
        Claude(api_key="bad", base_url=url).messages.create(**CALL)
    except anthropic.AuthenticationError as error:
        told["explained"] = str(error).endswith(f"{url} refuses the key from api_key")
    told["awaited"] = asyncio.run(awaited(url))
    told["unreached"] = unreached()
    with Claude(environment="sandbox") as claude:
        told["sandbox"] = claude.is_sandbox and bool(claude.messages.create(**CALL).content)
    sys.stdout.write(json.dumps(told))


async def awaited(url: str) -> str:
    """Ask once with `await`."""
    async with AsyncClaude(api_key="good", base_url=url) as claude:
        answer = await claude.with_options(timeout=9).answer("Hi", model="m")
        return answer.text


def unreached() -> list[str]:
    """Ask where nobody listens; return what the error says of the attempts."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        try:
            Claude(api_key="good", base_url=url, retry=Retry(attempts=2, wait_min=0, wait_max=0)).messages.create(**CALL)
        except anthropic.APIConnectionError as error:
            return error.__notes__
    return []


def forked(claude: Claude) -> int:
    """Ask in the child of a fork; return its exit code."""
    child = os.fork()
    if child == 0:
        os._exit(0 if claude.messages.create(**CALL).content else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
