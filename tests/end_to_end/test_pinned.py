"""A real gateway before two upstreams: what one of them made is asked for where it is, and waits for it while it fails."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.end_to_end.upstream import Asked, answering
from tests.gateway import Gateway

BATCH = re.compile(rb"^(GET|POST) (/v1/messages/batches(?:/(\w+))?(?:/cancel)?)(?:\?\S*)? ")
FILE = re.compile(rb"^(GET|POST|DELETE) (/v1/files(?:/(\w+))?)(?:\?\S*)? ")
TIME = "2026-01-01T00:00:00Z"
ASKED = {"requests": [{"custom_id": "a", "params": {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": []}}]}
BOUNDARY = "a-boundary"
UPLOAD = f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--{BOUNDARY}--\r\n'.encode()


class Keeping:
    """An upstream that keeps batches and files: it knows its own alone, and what it was asked."""

    def __init__(self, letter: str) -> None:
        """Make ids with that letter."""
        self.letter = letter
        self.status = b"200 OK"
        self.lines: list[str] = []

    async def answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer as Claude does, as far as the gateway looks at it."""
        self.lines.append(asked.head.split(b"\r\n")[0].decode())
        status, body = self.status, self.said(asked)
        if body is None:
            status, body = b"404 Not Found", {"type": "error", "error": {"type": "not_found_error", "message": "not here"}}
        data = json.dumps(body).encode()
        writer.write(b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (status, len(data), data))

    def said(self, asked: Asked) -> dict[str, Any] | None:
        """Return the body of the answer; None: there is no such thing here."""
        if self.status != b"200 OK":
            return {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        batch, file = f"msgbatch_{self.letter * 24}", f"file_{self.letter * 24}"
        if found := BATCH.match(asked.head):
            batch_body = {"id": batch, "type": "message_batch", "processing_status": "in_progress", "created_at": TIME, "expires_at": TIME}
            return batch_body if found[3] in (None, batch.encode()) else None
        if found := FILE.match(asked.head):
            return {"id": file, "type": "file", "filename": "a.txt"} if found[3] in (None, file.encode()) else None
        usage = {"input_tokens": 1, "output_tokens": 1}
        text = [{"type": "text", "text": self.letter}]
        said = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "stop_reason": "end_turn"}
        return None if file.encode() not in asked.body else {**said, "content": text, "usage": usage}


def call(gateway: Gateway, key: str, path: str, body: bytes | dict[str, Any] | None = None, **headers: str) -> tuple[int, dict[str, Any]]:
    """Ask as a client does; return status and body."""
    sent = {"x-api-key": key, "anthropic-version": "2023-06-01", "anthropic-beta": "files-api-2025-04-14"}
    sent |= {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(gateway.url + path, data=data, headers=sent)  # noqa: S310  (our own gateway)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (the same)
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


async def test_things_are_asked_for_where_they_are(tmp_path: Path) -> None:
    """The less preferred upstream made a batch and a file: what names them goes there, and nowhere else when it fails."""
    one, two = Keeping("A"), Keeping("B")
    async with answering(one.answer) as first, answering(two.answer) as second:
        config = f"""
        [retry]
        first_wait_ms = 1
        [upstreams.one]
        url = "{first}"
        credential = "none"
        [upstreams.two]
        url = "{second}"
        credential = "none"
        priority = 2
        """
        with Gateway(tmp_path / "gateway", config=config) as gateway:
            key = gateway.new_key()

            async def asked(path: str, body: bytes | dict[str, Any] | None = None, **headers: str) -> tuple[int, dict[str, Any]]:
                return await asyncio.to_thread(call, gateway, key, path, body, **headers)

            status, batch = await asked("/v1/messages/batches", ASKED, x_yumen_upstream="two")
            assert (status, batch["id"]) == (200, f"msgbatch_{'B' * 24}")
            status, file = await asked(
                "/v1/files", UPLOAD, content_type=f"multipart/form-data; boundary={BOUNDARY}", x_yumen_upstream="two"
            )
            assert (status, file["id"]) == (200, f"file_{'B' * 24}")
            assert one.lines == []
            document = {"type": "document", "source": {"type": "file", "file_id": file["id"]}}
            message = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": [document]}]}
            assert (await asked(f"/v1/messages/batches/{batch['id']}"))[0] == 200
            assert (await asked(f"/v1/files/{file['id']}"))[0] == 200
            status, said = await asked("/v1/messages", message)
            assert (status, said["content"][0]["text"]) == (200, "B")
            assert (await asked(f"/v1/files/{file['id']}", x_yumen_upstream="one"))[0] == 400
            two.status = b"529 Overloaded"
            assert (await asked("/v1/messages", message))[0] == 529
            assert (await asked(f"/v1/messages/batches/{batch['id']}"))[0] == 529
            assert one.lines == []
            made = (await asked("/v1/messages/batches", ASKED))[1]
            assert made["id"] == f"msgbatch_{'A' * 24}"
            assert (await asked(f"/v1/messages/batches/{made['id']}"))[0] == 200
