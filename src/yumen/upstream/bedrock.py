"""Amazon Bedrock: Claude's Messages body at another address, signed or with an API key, and streams in AWS's binary frames."""

from __future__ import annotations

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec

from yumen.claude import error_body, read_error
from yumen.claude.bedrock import EventStream, message_of, status_of, worded
from yumen.claude.members import rewritten
from yumen.claude.statuses import SERVER_ERROR, claude_status, error_type
from yumen.errors import CredentialUnavailable, InvalidRequest, OperatorError
from yumen.upstream.dialect import Outgoing
from yumen.upstream.head import passing_headers
from yumen.upstream.kept import Kept
from yumen.upstream.renewal import Renewal, Standing
from yumen.upstream.translated import ErrorBody, Translated, Whole, kept_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.claude import Endpoint
    from yumen.exchange import Answering, Exchange
    from yumen.exchange.values import Target
    from yumen.http import Headers

log = logging.getLogger("yumen.upstream")

SERVED = frozenset({"messages", "complete"})
"""What the official SDK asks there; a legacy completion goes out as a Message. It counts no tokens there."""
VERSION = "bedrock-2023-05-31"
"""What stands for every API version of 2023."""
NEWER_VERSIONS_FROM = (4, 7)
"""Models before this know no later API version on Bedrock (Claude's documentation, "Claude on Amazon Bedrock (Opus 4.6 and earlier)")."""
OWN_HEADERS = frozenset({b"anthropic-version", b"content-type"})
AWS_HEADERS = (b"x-amz",)
INLINE_BYTES = 64 * 1024
"""A longer body is rewritten and signed in a thread."""
FRAMES = b"application/vnd.amazon.eventstream"
JSON = (b"content-type", b"application/json")
EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")
FIRST_ERROR_STATUS = 400
UNAUTHORIZED, FORBIDDEN = 401, 403
"""Bedrock says 403 of an API key that has ended too, so that of one is taken as a refusal of the key: it is fetched anew."""

_DROPPED = frozenset({"model", "stream"})
_MODEL = re.compile(r"claude(?:-[a-z]+)*-(\d{1,2})(?:-(\d{1,2}))?(?![0-9])")
_VERSION = re.compile(rb"\d{4}-\d{2}-\d{2}")
_DOTS = re.compile(r"\.{0,2}(?:;.*)?", re.DOTALL)
_encode = msgspec.json.encode


class Bedrock:
    """The dialect of one region. The credential of a target is a Bedrock API key; without one the signer's AWS keys sign."""

    def __init__(self, signer: Signer | None) -> None:
        """Sign by that; None: every target has a credential."""
        self._signer = signer
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="bedrock")

    def serves(self, endpoint: Endpoint) -> bool:
        """Whether Bedrock has it."""
        return endpoint.name in SERVED

    async def outgoing(self, exchange: Exchange, target: Target, model: str) -> Outgoing:
        """Return the request, signed. Raises CredentialUnavailable, and InvalidRequest where the model cannot stand in a path."""
        body, head = exchange.body, exchange.request.head
        assert body is not None  # noqa: S101  (what is served is held whole)
        action = "invoke-with-response-stream" if exchange.view.stream else "invoke"
        path = f"{target.prefix}/model/{model_in_path(model)}/{action}"
        added = {"anthropic_version": _encode(version_for(exchange, model))}
        betas = [beta.strip() for value in head.values(b"anthropic-beta") for beta in value.decode("latin-1").split(",")]
        if any(betas):
            added["anthropic_beta"] = _encode([beta for beta in betas if beta])
        keys = await self._keys(target)

        def build() -> Outgoing:
            new = rewritten(body, _DROPPED, added)
            ours: Headers = [(b"Accept-Encoding", b"identity"), (b"content-type", b"application/json")]
            headers = [*passing_headers(head, OWN_HEADERS, AWS_HEADERS), *ours, *self._authorization(target, keys, path, new)]
            return Outgoing(path, headers, new, keys)

        if len(body) <= INLINE_BYTES:
            return build()
        return await asyncio.get_running_loop().run_in_executor(self._workers, build)

    async def _keys(self, target: Target) -> Keys | None:
        if target.credential is not None:
            return None
        if self._signer is None:
            raise CredentialUnavailable
        return await self._signer.keys.current()

    def _authorization(self, target: Target, keys: Keys | None, path: str, body: bytes) -> Headers:
        if target.credential is not None:
            return [(b"Authorization", b"Bearer " + target.credential.reveal().encode("latin-1"))]
        assert self._signer is not None  # noqa: S101  (`_keys` has looked)
        assert keys is not None  # noqa: S101  (the same)
        return self._signer.sign(keys, target.authority, path, body)

    async def answering(self, exchange: Exchange, answer: Answering) -> Answering:
        """Return the answer as Claude would give it; an exception in the place of a stream's first event is an error answer."""
        fields = {name.lower(): value for name, value in answer.headers}
        headers = kept_headers(answer.headers, frozenset({b"content-type", b"content-length"}), AWS_HEADERS)
        if b"x-amzn-requestid" in fields:
            headers.append((b"request-id", fields[b"x-amzn-requestid"]))
        if answer.status >= FIRST_ERROR_STATUS:
            name = fields.get(b"x-amzn-errortype", b"").decode("latin-1")
            status = refusal_of(exchange, status_of(name) or claude_status(answer.status))
            return Translated(answer, status, [*headers, JSON], ErrorBody(lambda body: said(exchange, status, name, body)))
        if fields.get(b"content-type", b"").lower().startswith(FRAMES):
            stream = EventStream(exchange.request_id)
            kept = Kept(Translated(answer, answer.status, [*headers, EVENTS], stream))
            await kept.begun()
            if stream.instead is None:
                return kept
            kept.drop()
            name, message = stream.instead
            status = refusal_of(exchange, status_of(name) or SERVER_ERROR)
            return Whole(status, [*headers, JSON], told(exchange, status, name, message))
        headers += [pair for pair in answer.headers if pair[0].lower() in (b"content-type", b"content-length")]
        return Translated(answer, answer.status, headers, Unchanged())

    async def renew(self, used: object) -> bool:
        """Ask the chain of AWS credentials anew."""
        return self._signer is not None and await self._signer.keys.renew(used)

    async def close(self) -> None:
        """Give back the threads."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        if self._signer is not None:
            await self._signer.keys.close()


# ── the request ─────────────────────────────────────────────────────────────


def model_in_path(model: str) -> str:
    """Return a model's name, an ARN included, as it stands in the path. Raises InvalidRequest for what would make another path."""
    if _DOTS.fullmatch(model):
        raise InvalidRequest(f"model: {model!r} is not the name of a model")
    return quote(model, safe=":;")


def version_for(exchange: Exchange, model: str) -> str:
    """Return `anthropic_version`: the caller's own, where it is a later one and the model knows it on Bedrock."""
    asked = exchange.api_version or exchange.request.header(b"anthropic-version") or b""
    if not _VERSION.fullmatch(asked) or asked < b"2024":
        return VERSION
    found = _MODEL.search(model) or _MODEL.search(exchange.view.model or "")
    if found is None or (int(found[1]), int(found[2] or 0)) < NEWER_VERSIONS_FROM:
        return VERSION
    return asked.decode()


class Keys(NamedTuple):
    """AWS's keys at one moment, and what they came from (None: they have no end)."""

    frozen: Any
    source: Any = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keys) and bool(self.frozen == other.frozen)

    def __hash__(self) -> int:
        return hash(self.frozen)


class Signer:
    """Signs by AWS's Signature Version 4, with keys from AWS's own chain: environment, files, container, instance, a role."""

    def __init__(self, name: str, region: str, register: Callable[[str], None]) -> None:
        """Sign for a region; the redactor learns of every key by `register`. Raises OperatorError without the extra."""
        try:
            from botocore import auth, awsrequest, exceptions, session  # noqa: PLC0415  (an optional extra)
        except ImportError:
            raise OperatorError("upstream {name}: AWS credentials need an extra: pip install 'yumen[aws]'", name=name) from None
        self._auth, self._request, self._session = auth.SigV4Auth, awsrequest.AWSRequest, session.Session
        self._faults = (exceptions.BotoCoreError, exceptions.ClientError, RuntimeError)
        self._name = name
        self._region = region
        self._register = register
        self._chain: Any = None
        self.keys = Renewal(name, self._fetch, standing)

    def sign(self, keys: Keys, authority: str, path: str, body: bytes) -> Headers:
        """Return the headers that sign a request. Only what must be is signed, so that a proxy may change the rest."""
        signed = {"Content-Type": "application/json", "Host": authority}
        request = self._request("POST", f"https://{authority}{path}", headers=signed, data=body)
        self._auth(keys.frozen, "bedrock", self._region).add_auth(request)
        return [(name.encode(), value.encode()) for name, value in request.headers.items() if name not in signed]

    def _fetch(self, anew: bool) -> Keys:  # noqa: FBT001  (Renewal's signature)
        try:
            if anew or self._chain is None:
                self._chain = self._session().get_credentials()
            frozen = None if self._chain is None else self._chain.get_frozen_credentials()
        except self._faults as error:
            raise CredentialUnavailable from error
        if frozen is None or not frozen.access_key:
            raise CredentialUnavailable from LookupError("AWS's chain of credentials has none")
        for secret in (frozen.secret_key, frozen.token):
            if secret:
                self._register(secret)
        return Keys(frozen, self._chain if hasattr(self._chain, "refresh_needed") else None)


def standing(keys: Keys) -> Standing:
    """Return how far keys are from their end, by the margin that AWS's own library keeps (15 minutes)."""
    if keys.source is None or not keys.source.refresh_needed():
        return Standing.FRESH
    return Standing.OVER if keys.source.refresh_needed(refresh_in=0) else Standing.DUE


# ── the answer ──────────────────────────────────────────────────────────────


class Unchanged:
    """Passes a body as it is."""

    def feed(self, data: bytes) -> bytes:
        """Return the same."""
        return data

    def end(self) -> bytes:
        """Return nothing."""
        return b""


def refusal_of(exchange: Exchange, status: int) -> int:
    """Return the status of a refusal: 401 for whatever refuses an API key, so that it is fetched anew."""
    keyed = exchange.target is not None and exchange.target.credential is not None
    return UNAUTHORIZED if status == FORBIDDEN and keyed else status


def said(exchange: Exchange, status: int, name: str, body: bytes) -> bytes:
    """Return an error's body in Claude's shape."""
    return body if read_error(body).type else told(exchange, status, name, message_of(body))


def told(exchange: Exchange, status: int, name: str, message: str) -> bytes:
    """Return an error as Claude says it; the log keeps what a refused credential was told."""
    if status in (UNAUTHORIZED, FORBIDDEN):
        log.warning("request %s: Bedrock refuses the credential: %s %s", exchange.request_id, name, message)
    text = worded(message) or f"The upstream answered with an error: {name.partition(':')[0] or status}."
    return error_body(error_type(status), text, exchange.request_id)
