"""Google Vertex AI: Claude's Messages body at another address, with an access token of Google's; its streams are Claude's own."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec

from yumen.claude import error_body, read_error
from yumen.claude.members import rewritten, with_value
from yumen.claude.statuses import claude_status, error_type
from yumen.errors import CredentialUnavailable, InvalidRequest, OperatorError
from yumen.upstream.dialect import Outgoing
from yumen.upstream.head import passing_headers
from yumen.upstream.renewal import Renewal, Standing
from yumen.upstream.translated import ErrorBody, Translated, kept_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.claude import Endpoint
    from yumen.exchange import Answering, Exchange, Secret
    from yumen.exchange.values import Target
    from yumen.http import Headers

log = logging.getLogger("yumen.upstream")

COUNT = "count_tokens"
SERVED = frozenset({"messages", "complete", COUNT})
"""What the official SDK asks there; a legacy completion goes out as a Message."""
VERSION = "vertex-2023-10-16"
"""What stands for every API version of 2023."""
OWN_HEADERS = frozenset({b"anthropic-version", b"content-type"})
GOOGLE_HEADERS = (b"x-goog-",)
INLINE_BYTES = 64 * 1024
"""A longer body is rewritten in a thread."""
TIMEOUT_S = 10.0
"""How long Google's token service may take."""
SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
FIRST_ERROR_STATUS = 400
SECRET_FIELDS = frozenset({"private_key", "client_secret", "refresh_token"})

_SEGMENT = "!$&'()*+,=:@"
"""What the official SDK leaves as it is in a segment of the path (RFC 3986 §3.3, but for the semicolon)."""
_DROPPED = frozenset({"model"})
_VERSION = re.compile(rb"\d{4}-\d{2}-\d{2}")
_DOTS = re.compile(r"\.{0,2}(?:;.*)?", re.DOTALL)
_RESOURCE = re.compile(r"projects/[^/\s\"'`]+")
_encode = msgspec.json.encode
_key = msgspec.json.Decoder(dict[str, str]).decode


class Vertex:
    """The dialect of one project and region. A target's credential is a key in JSON, or an access token; without one Google's default."""

    def __init__(self, project: str, region: str, google: Google) -> None:
        """Ask in that project and region, with tokens of that."""
        self._models = f"/v1/projects/{quote(project, safe=_SEGMENT)}/locations/{quote(region, safe=_SEGMENT)}/publishers/anthropic/models/"
        self._google = google
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="vertex")

    def serves(self, endpoint: Endpoint) -> bool:
        """Whether Vertex has it."""
        return endpoint.name in SERVED

    async def outgoing(self, exchange: Exchange, target: Target, model: str) -> Outgoing:
        """Return the request. Raises CredentialUnavailable, and InvalidRequest where the model cannot stand in a path."""
        body, head = exchange.body, exchange.request.head
        assert body is not None  # noqa: S101  (what is served is held whole)
        added = {"anthropic_version": _encode(version_for(exchange))}
        if exchange.endpoint.name == COUNT:
            last = "count-tokens:rawPredict"
            rewrite = functools.partial(_counted, body, _encode(model), added)
        else:
            last = model_in_path(model) + (":streamRawPredict" if exchange.view.stream else ":rawPredict")
            rewrite = functools.partial(rewritten, body, _DROPPED, added)
        token = await self._google.token(target.credential)
        ours: Headers = [
            (b"Accept-Encoding", b"identity"),
            (b"content-type", b"application/json"),
            (b"Authorization", b"Bearer " + token.text.encode("latin-1")),
        ]
        if len(body) <= INLINE_BYTES:
            new = rewrite()
        else:
            new = await asyncio.get_running_loop().run_in_executor(self._workers, rewrite)
        return Outgoing(target.prefix + self._models + last, [*passing_headers(head, OWN_HEADERS, GOOGLE_HEADERS), *ours], new, token)

    async def answering(self, exchange: Exchange, answer: Answering) -> Answering:
        """Return an error as Claude would give it; anything else is so already."""
        if answer.status < FIRST_ERROR_STATUS:
            return answer
        status = claude_status(answer.status)
        headers = kept_headers(answer.headers, frozenset({b"content-type", b"content-length"}), GOOGLE_HEADERS)
        headers.append((b"content-type", b"application/json"))
        return Translated(answer, status, headers, ErrorBody(lambda body: said(exchange, status, body)))

    async def renew(self, used: object) -> bool:
        """Get another access token."""
        return await self._google.renew(used)

    async def close(self) -> None:
        """Give back the threads."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        await self._google.close()


# ── the request ─────────────────────────────────────────────────────────────


def model_in_path(model: str) -> str:
    """Return a model's name as it stands in the path. Raises InvalidRequest for what would make another path."""
    if _DOTS.fullmatch(model):
        raise InvalidRequest(f"model: {model!r} is not the name of a model")
    return quote(model, safe=_SEGMENT)


def version_for(exchange: Exchange) -> str:
    """Return `anthropic_version`: the caller's own, where it is later than 2023."""
    asked = exchange.api_version or exchange.request.header(b"anthropic-version") or b""
    return asked.decode() if _VERSION.fullmatch(asked) and asked >= b"2024" else VERSION


def _counted(body: bytes, model: bytes, added: dict[str, bytes]) -> bytes:
    """Return the body of a count, where the model stays."""
    return rewritten(with_value(body, "model", model), frozenset(), added)


# ── the credential ──────────────────────────────────────────────────────────


class Token(NamedTuple):
    """An access token, and what it came from."""

    text: str
    source: Any


class Google:
    """Access tokens: from the key that a credential holds, or from Google's own chain (application default credentials)."""

    def __init__(self, name: str, register: Callable[[str], None]) -> None:
        """Serve the upstream of that name; the redactor learns of every token by `register`. Raises OperatorError without the extra."""
        try:
            import google.auth  # noqa: PLC0415  (an optional extra)
            from google.auth import exceptions  # noqa: PLC0415  (the same)
            from google.auth.transport.requests import Request  # noqa: PLC0415  (the same)
            from google.oauth2 import credentials, service_account  # noqa: PLC0415  (the same)
        except ImportError:
            raise OperatorError("upstream {name}: Google's credentials need an extra: pip install 'yumen[google]'", name=name) from None
        self._default = google.auth.default
        self._readers: dict[str | None, Callable[..., Any]] = {
            "service_account": service_account.Credentials.from_service_account_info,
            "authorized_user": credentials.Credentials.from_authorized_user_info,
        }
        self._faults = (exceptions.GoogleAuthError, ValueError)
        self._request = functools.partial(Request(), timeout=TIMEOUT_S)
        self._name = name
        self._register = register
        self._of: Secret | None = None
        self._tokens: Renewal[Token] | None = None

    async def token(self, credential: Secret | None) -> Token:
        """Return a token that holds. Raises CredentialUnavailable."""
        if credential is not None and not credential.reveal().lstrip().startswith("{"):
            return Token(credential.reveal(), None)
        old = self._tokens
        if old is None or credential is not self._of:
            self._of = credential
            self._tokens = Renewal(self._name, _Source(self, credential).fetch, standing)
            if old is not None:
                await old.close()
        assert self._tokens is not None  # noqa: S101  (set above)
        return await self._tokens.current()

    async def renew(self, used: object) -> bool:
        """Get another token than the one that was used; return whether there is another now."""
        return self._tokens is not None and await self._tokens.renew(used)

    async def close(self) -> None:
        """Get no more."""
        if self._tokens is not None:
            await self._tokens.close()

    def refreshed(self, source: Any) -> Token:  # noqa: ANN401  (one of Google's many classes)
        """Return a new token of these credentials. Blocks. Raises CredentialUnavailable."""
        try:
            source.refresh(self._request)
        except self._faults as error:
            raise CredentialUnavailable from error
        if not source.token:
            raise CredentialUnavailable from LookupError("Google gave no access token")
        self._register(source.token)
        return Token(source.token, source)

    def credentials(self, text: str | None) -> Any:  # noqa: ANN401  (one of Google's many classes)
        """Return Google's credentials for a key in JSON, or its default ones. Blocks. Raises CredentialUnavailable."""
        try:
            if text is None:
                return self._default(scopes=SCOPES)[0]
            info = _key(text)
            reader = self._readers.get(info.get("type"))
            if reader is None:
                raise CredentialUnavailable from ValueError("the key is neither of a service account nor of an authorized user")
            for field in SECRET_FIELDS & info.keys():
                self._register(info[field])
            return reader(info, scopes=SCOPES)
        except msgspec.DecodeError:
            raise CredentialUnavailable from ValueError("the key is not an object of texts in JSON")
        except self._faults as error:
            raise CredentialUnavailable from error


class _Source:
    """Google's credentials for one credential of ours, made at the first fetch."""

    def __init__(self, google: Google, credential: Secret | None) -> None:
        self._google = google
        self._text = None if credential is None else credential.reveal()
        self._made: Any = None

    def fetch(self, anew: bool) -> Token:  # noqa: FBT001  (Renewal's signature)
        if anew or self._made is None:
            self._made = self._google.credentials(self._text)
        return self._google.refreshed(self._made)


def standing(token: Token) -> Standing:
    """Return how far a token is from its end, by the margin that Google's own library keeps (under 4 minutes)."""
    return {"FRESH": Standing.FRESH, "STALE": Standing.DUE}.get(token.source.token_state.name, Standing.OVER)


# ── the answer ──────────────────────────────────────────────────────────────


class _Error(msgspec.Struct):
    message: str = ""


class _Answer(msgspec.Struct):
    error: _Error


_answer = msgspec.json.Decoder(_Answer | list[_Answer]).decode


def message_of(body: bytes) -> str:
    """Return what an error of Google's says, alone or in a list; empty where that cannot be read."""
    try:
        read = _answer(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if isinstance(read, _Answer):
        return read.error.message
    return read[0].error.message if read else ""


def said(exchange: Exchange, status: int, body: bytes) -> bytes:
    """Return an error's body in Claude's shape, without the operator's project; the log keeps what a refused credential was told."""
    if read_error(body).type:
        return body
    message = message_of(body)
    if status in (401, 403):
        log.warning("request %s: Vertex refuses the credential: %s", exchange.request_id, message)
    text = _RESOURCE.sub("projects/…", message) or f"The upstream answered with an error: {status}."
    return error_body(error_type(status), text, exchange.request_id)
