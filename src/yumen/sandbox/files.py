"""`/v1/files`: upload, list in both schemes, describe, download, delete."""

from __future__ import annotations

from mimetypes import guess_type
from typing import TYPE_CHECKING

from yumen.errors import TooLarge
from yumen.sandbox.answer import Refusal, invalid, not_found
from yumen.sandbox.file_store import FileStore, QuotaExceededError, StoredFile, file_object
from yumen.sandbox.identity import is_placeholder
from yumen.sandbox.multipart import MultipartCutter, MultipartError, PartHead, boundary_of
from yumen.sandbox.pages import cut_window, id_page, read_window, token_page

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.sandbox.call import Call
    from yumen.sandbox.file_store import Upload
    from yumen.sandbox.multipart import MultipartEvent
    from yumen.sandbox.options import SandboxOptions

PREFIX = "file_"
OLD_BETA = "files-api-2025-04-14"
"""With it a list has the scheme around ids."""
LEAST_EXPIRY_S = 3600
MOST_EXPIRY_S = 7_776_000
FRAMING_BYTES = 64 * 1024
"""What a form has beside its file."""
_MAX_FIELD_BYTES = 1024
_EXAMPLE = b"Example data"


class Files:
    """The Files API."""

    def __init__(self, clock: Clock, options: SandboxOptions) -> None:
        """Keep files as the options say."""
        self._clock = clock
        self._options = options
        self._store = FileStore(options.max_stored_bytes)

    async def upload(self, call: Call) -> None:
        """Take a file, writing it as it arrives."""
        boundary = boundary_of(call.request.header(b"content-type"))
        if boundary is None:
            call.refuse(invalid("Content-Type must be multipart/form-data"))
            return
        identity = self._clock.new_id(PREFIX + "01")
        form = Form(self._store.begin(identity))
        try:
            call_or_refusal = await self._receive(call, form, boundary, identity)
        finally:
            form.upload.drop()
        if isinstance(call_or_refusal, Refusal):
            call.refuse(call_or_refusal)
        else:
            call.respond(file_object(call_or_refusal))

    async def _receive(self, call: Call, form: Form, boundary: bytes, identity: str) -> StoredFile | Refusal:
        cutter = MultipartCutter(boundary)
        try:
            async for piece in call.request.pieces(self._options.max_file_bytes + FRAMING_BYTES):
                for event in cutter.feed(piece):
                    form.take(event)
        except MultipartError:
            return invalid("The request body is not valid multipart/form-data")
        except QuotaExceededError:
            return invalid("The sandbox's storage for files is full; delete some first.", "storage_quota_exceeded")
        if not cutter.ended:
            return invalid("The request body is not valid multipart/form-data")
        return self._finished(call, form, identity)

    def _finished(self, call: Call, form: Form, identity: str) -> StoredFile | Refusal:
        head = form.head
        if head is None:
            return invalid("file: Field required")
        if form.upload.size_bytes > self._options.max_file_bytes:
            raise TooLarge
        expiry_s = read_expiry(form.fields.get("expires_in_seconds"))
        if isinstance(expiry_s, Refusal):
            return expiry_s
        now_us = self._clock.now_us()
        filename = head.filename or "upload"
        described = StoredFile(
            id=identity,
            filename=filename,
            mime_type=head.content_type or guess_type(filename)[0] or "application/octet-stream",
            size_bytes=form.upload.size_bytes,
            created_us=now_us,
            expires_us=None if expiry_s is None else now_us + expiry_s * 1_000_000,
            downloadable=call.wishes.downloadable,
        )
        form.upload.keep(described)
        return described

    async def list(self, call: Call) -> None:
        """List files, newest first."""
        window = read_window(call, strict=self._options.strict)
        if isinstance(window, Refusal):
            call.refuse(window)
            return
        wanted = set(call.query.get("ids", []))
        files = [each for each in self._store.all(self._clock.now_us()) if not wanted or each.id in wanted]
        files, more = cut_window(files, window)
        page = id_page if OLD_BETA in call.betas else token_page
        call.respond(page([file_object(each) for each in files], more=more))

    async def retrieve(self, call: Call, identity: str) -> None:
        """Describe a file."""
        found = self._find(call, identity)
        if found is not None:
            call.respond(file_object(found))

    async def content(self, call: Call, identity: str) -> None:
        """Send a file's bytes; uploads cannot be downloaded, as at Claude, unless they were marked."""
        found = self._find(call, identity)
        if found is None:
            return
        if not found.downloadable:
            call.refuse(invalid(f"File {identity} is not downloadable.", "file_not_downloadable"))
            return
        call.reply.start(200, call.headers(found.mime_type.encode("latin-1", "replace")), found.size_bytes)
        for piece in self._store.content(identity) if not self._example(identity) else [_EXAMPLE]:
            call.reply.write(piece)
            await call.reply.drained()
        call.reply.end()

    async def delete(self, call: Call, identity: str) -> None:
        """Delete a file."""
        if self._find(call, identity) is None:
            return
        if not self._example(identity):
            self._store.delete(identity)
        call.respond({"id": identity, "type": "file_deleted"})

    def close(self) -> None:
        """Delete every file."""
        self._store.close()

    def _example(self, identity: str) -> bool:
        return not self._options.strict and is_placeholder(PREFIX, identity)

    def _find(self, call: Call, identity: str) -> StoredFile | None:
        """Return a file; refuse and return None where there is none."""
        now_us = self._clock.now_us()
        if self._example(identity):
            return StoredFile(
                id=identity,
                filename="example.txt",
                mime_type="text/plain",
                size_bytes=len(_EXAMPLE),
                created_us=now_us,
                downloadable=True,
            )
        found = self._store.find(identity, now_us)
        if found is None:
            call.refuse(not_found(f"File not found: {identity}"))
        return found


class Form:
    """The form of an upload as it arrives: one file, and a few short fields."""

    def __init__(self, upload: Upload) -> None:
        """Write the file to an upload."""
        self.upload = upload
        self.head: PartHead | None = None
        self.fields: dict[str, str] = {}
        self._current: PartHead | None = None

    def take(self, event: MultipartEvent) -> None:
        """Take the next event. Raises QuotaExceededError, MultipartError."""
        if isinstance(event, PartHead):
            self._current = event
            if event.name == "file" and self.head is None:
                self.head = event
            return
        if self._current is self.head and self.head is not None:
            self.upload.write(event.data)
        elif self._current is not None:
            value = self.fields.get(self._current.name, "") + event.data.decode("utf-8", "replace")
            if len(value) > _MAX_FIELD_BYTES:
                raise MultipartError
            self.fields[self._current.name] = value


def read_expiry(raw: str | None) -> int | Refusal | None:
    """Read `expires_in_seconds`."""
    if raw is None:
        return None
    if not raw.isdecimal():
        return invalid("expires_in_seconds: Input should be a valid integer, unable to parse string as an integer")
    if not LEAST_EXPIRY_S <= int(raw) <= MOST_EXPIRY_S:
        low = int(raw) < LEAST_EXPIRY_S
        bound = f"greater than or equal to {LEAST_EXPIRY_S}" if low else f"less than or equal to {MOST_EXPIRY_S}"
        return invalid(f"expires_in_seconds: Input should be {bound}")
    return int(raw)
