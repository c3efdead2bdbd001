"""read: takes in the request's body as its endpoint says, and reads of it what the later stages need."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from yumen.claude import Intake, RequestView, Shape, view_request
from yumen.claude.completions import UPSTREAM_PATH, UPSTREAM_VERSION, dialect_of, translate_completion
from yumen.errors import BodyEncodingUnsupported, TooLarge
from yumen.exchange.legacy import LegacyEdit
from yumen.storage import Spool

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from yumen.claude.completions import ModelMapping
    from yumen.exchange.exchange import Exchange
log = logging.getLogger("yumen.exchange")

INLINE_BYTES = 1024 * 1024
"""A longer body is parsed in a worker thread, so that the others' streams go on meanwhile."""
PARSERS = 2


class Read:
    """Sets `exchange.body` or `exchange.spool`, `exchange.view`, and for legacy requests the translation."""

    def __init__(self, limits_bytes: Mapping[Intake, int], spool_folder: Path, mapping: ModelMapping) -> None:
        """Hold each body to its limit, spool large ones into that folder, translate the models of 2023 by that mapping."""
        self._limits_bytes = limits_bytes
        self._spool_folder = spool_folder
        self._mapping = mapping
        self._parsers = ThreadPoolExecutor(PARSERS, thread_name_prefix="parse")

    async def __call__(self, exchange: Exchange) -> None:
        """Take the body in. Raises the caller's faults."""
        request, endpoint = exchange.request, exchange.endpoint
        if request.header(b"content-encoding") is not None and any(
            value.lower() != b"identity" for value in request.head.values(b"content-encoding")
        ):
            raise BodyEncodingUnsupported
        limit = exchange.max_body_bytes = self._limits_bytes[endpoint.intake]
        if request.length is not None and request.length > limit:
            raise TooLarge
        if endpoint.intake is Intake.SPOOLED:
            await self._spool(exchange)
        elif endpoint.intake is not Intake.PIPED:
            exchange.body = await request.read(limit)
            if endpoint.viewed:
                exchange.view = await self._view(exchange.body)
            elif endpoint.shape is Shape.COMPLETION:
                self._translate(exchange, exchange.body)
        exchange.read_ns = exchange.clock.elapsed_ns()

    async def _view(self, body: bytes) -> RequestView:
        if len(body) <= INLINE_BYTES:
            return view_request(body)
        return await asyncio.get_running_loop().run_in_executor(self._parsers, view_request, body)

    async def _spool(self, exchange: Exchange) -> None:
        """Write the body to an encrypted, nameless file as it comes."""
        spool = exchange.spool = Spool(self._spool_folder)
        async for piece in exchange.request.pieces(exchange.max_body_bytes):
            spool.write(piece)

    def _translate(self, exchange: Exchange, body: bytes) -> None:
        """Turn a legacy request into a Messages request."""
        version = exchange.request.header(b"anthropic-version")
        dialect = dialect_of(None if version is None else version.decode("latin-1"))
        translation = translate_completion(body, dialect, self._mapping)
        for note in translation.notes:
            log.info("request %s: %s", exchange.request_id, note)
        characters = len(translation.asked.prompt)
        exchange.received = body
        exchange.body = translation.body
        exchange.path = UPSTREAM_PATH
        exchange.api_version = UPSTREAM_VERSION.encode()
        exchange.view = RequestView(
            model=translation.asked.model,
            stream=translation.stream,
            max_tokens=translation.asked.max_tokens_to_sample,
            prompt_characters=characters,
            prompt_bytes=len(translation.asked.prompt.encode("utf-8", "surrogatepass")),
        )
        exchange.edit = LegacyEdit(translation.form, exchange.request_id)
