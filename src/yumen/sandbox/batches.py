"""`/v1/messages/batches`: create, look, list, cancel, delete, and the results as JSON lines."""

from __future__ import annotations

import re
from collections import OrderedDict
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import msgspec

from yumen.sandbox.answer import Refusal, invalid, not_found
from yumen.sandbox.batch import Batch, Entry, canceled_line
from yumen.sandbox.check_fields import missing
from yumen.sandbox.checks import check, read_json
from yumen.sandbox.identity import is_placeholder
from yumen.sandbox.message import envelope_of, message_object
from yumen.sandbox.pages import cut_window, id_page, read_window
from yumen.sandbox.parse import parse_ask
from yumen.sandbox.reading import mapping, sequence
from yumen.sandbox.reply_headers import JSON_LINES
from yumen.sandbox.setting import Setting
from yumen.sandbox.trouble import Wishes

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.sandbox.author import Author
    from yumen.sandbox.call import Call
    from yumen.sandbox.options import SandboxOptions

MAX_BODY_BYTES = 256 * 1024 * 1024
MAX_REQUESTS = 100_000
MAX_KEPT = 1000
"""Batches that are remembered; the oldest goes first."""
PREFIX = "msgbatch_"
CUSTOM_ID = "^[a-zA-Z0-9_-]{1,64}$"


class Batches:
    """The Message Batches API."""

    def __init__(self, clock: Clock, author: Author, options: SandboxOptions) -> None:
        """Let an author answer."""
        self._clock = clock
        self._author = author
        self._options = options
        self._kept: OrderedDict[str, Batch] = OrderedDict()
        self._settings: dict[str, Setting] = {}

    async def create(self, call: Call) -> None:
        """Take a batch."""
        body = read_json(await call.request.read(MAX_BODY_BYTES))
        if isinstance(body, Refusal):
            call.refuse(body)
            return
        entries = read_entries(body)
        if isinstance(entries, Refusal):
            call.refuse(entries)
            return
        wait_ms = self._options.batch_ms if call.wishes.batch_ms is None else call.wishes.batch_ms
        now_us = self._clock.now_us()
        batch = Batch(self._clock.new_id(PREFIX + "01"), entries, now_us, now_us + round(wait_ms * 1000))
        self._kept[batch.id] = batch
        # The results are of the API version that created the batch.
        self._settings[batch.id] = Setting(call.version, call.betas, self._options.strict, batched=True)
        while len(self._kept) > MAX_KEPT:
            await self._forget(next(iter(self._kept)))
        call.respond(batch.object(call.origin))

    async def retrieve(self, call: Call, identity: str) -> None:
        """Show a batch."""
        batch = await self._find(call, identity)
        if batch is not None:
            call.respond(batch.object(call.origin))

    async def list(self, call: Call) -> None:
        """List batches, newest first."""
        window = read_window(call, strict=self._options.strict)
        if isinstance(window, Refusal):
            call.refuse(window)
            return
        batches, more = cut_window(list(reversed(self._kept.values())), window)
        for batch in batches:
            await self._look(batch)
        call.respond(id_page([batch.object(call.origin) for batch in batches], more=more))

    async def cancel(self, call: Call, identity: str) -> None:
        """Begin to cancel a batch."""
        batch = await self._find(call, identity, look=False)
        if batch is not None:
            batch.cancel(self._clock.now_us())
            call.respond(batch.object(call.origin))

    async def delete(self, call: Call, identity: str) -> None:
        """Delete a batch that has ended."""
        batch = await self._find(call, identity)
        if batch is None:
            return
        if batch.status != "ended":
            call.refuse(invalid(f"Message batch {identity} cannot be deleted while it is in progress. Cancel it first."))
            return
        await self._forget(identity)
        call.respond({"id": identity, "type": "message_batch_deleted"})

    async def results(self, call: Call, identity: str) -> None:
        """Send the results of a batch that has ended."""
        if not self._options.strict and is_placeholder(PREFIX, identity):
            call.reply.send(200, call.headers(JSON_LINES), canceled_line("my-custom-id-1") + b"\n")
            return
        batch = await self._find(call, identity)
        if batch is None:
            return
        if batch.status != "ended":
            call.refuse(not_found(f"Batch {identity} is still in progress; its results are not available yet."))
            return
        call.reply.start(200, call.headers(JSON_LINES), None)
        for piece in batch.results():
            call.reply.write(piece)
            await call.reply.drained()
        call.reply.end()

    async def close(self) -> None:
        """Stop all work and delete all results."""
        for identity in list(self._kept):
            await self._forget(identity)

    async def _forget(self, identity: str) -> None:
        batch = self._kept.pop(identity, None)
        self._settings.pop(identity, None)
        if batch is not None:
            await batch.close()

    async def _look(self, batch: Batch) -> None:
        setting = self._settings.get(batch.id, Setting(batched=True))
        await batch.look(self._clock.now_us(), TemporaryFile, lambda entry: self._answer(entry, setting))

    async def _find(self, call: Call, identity: str, *, look: bool = True) -> Batch | None:
        """Return a batch as it stands now; refuse and return None where there is none."""
        batch = self._kept.get(identity)
        if batch is None and not self._options.strict and is_placeholder(PREFIX, identity):
            batch = Batch(identity, [], self._clock.now_us(), 0)
            await batch.look(self._clock.now_us(), TemporaryFile, lambda entry: ("canceled", canceled_line(entry.custom_id)))
            await batch.close()
        elif batch is not None and look:
            await self._look(batch)
        if batch is None:
            call.refuse(not_found(f"Message batch {identity} not found."))
        return batch

    def _answer(self, entry: Entry, setting: Setting) -> tuple[str, bytes]:
        """Answer one request of a batch: how it ended, and its line."""
        refusal = check(entry.params, setting)
        if refusal is None:
            ask = parse_ask(entry.params)
            written = self._author.answer(ask, Wishes())
            if not isinstance(written, Refusal):
                message = message_object(written, envelope_of(self._clock.new_id("msg_01"), ask, "batch"))
                return "succeeded", _line(entry, {"type": "succeeded", "message": message})
            refusal = written
        error = {"type": refusal.error_type, "message": refusal.message}
        envelope = {"type": "error", "error": error, "request_id": self._clock.new_id("req_01")}
        return "errored", _line(entry, {"type": "errored", "error": envelope})


def _line(entry: Entry, result: dict[str, object]) -> bytes:
    return msgspec.json.encode({"custom_id": entry.custom_id, "result": result})


def read_entries(body: dict[str, object]) -> list[Entry] | Refusal:
    """Read the requests of a batch. Their params are looked at when they are answered, as at Claude."""
    if "requests" not in body:
        return invalid(missing("requests"))
    requests = sequence(body["requests"])
    if not 1 <= len(requests) <= MAX_REQUESTS:
        bound = f"at most {MAX_REQUESTS} items" if requests else "at least 1 item"
        return invalid(f"requests: List should have {bound} after validation, not {len(requests)}")
    entries: dict[str, Entry] = {}
    for place, request in enumerate(map(mapping, requests)):
        entry = _read_entry(f"requests.{place}", request)
        if isinstance(entry, Refusal):
            return entry
        if entry.custom_id in entries:
            return invalid(f"requests: custom_id must be unique within a batch; '{entry.custom_id}' is used more than once")
        entries[entry.custom_id] = entry
    return list(entries.values())


def _read_entry(path: str, request: dict[str, object]) -> Entry | Refusal:
    for name in ("custom_id", "params"):
        if name not in request:
            return invalid(missing(f"{path}.{name}"))
    custom_id = request["custom_id"]
    if not isinstance(custom_id, str) or not re.fullmatch(CUSTOM_ID, custom_id):
        return invalid(f"{path}.custom_id: String should match pattern '{CUSTOM_ID}'")
    return Entry(custom_id, mapping(request["params"]))
