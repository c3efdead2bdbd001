"""Calls of Claude that the console makes for a visitor: through the gateway's own port, with a key of the visitor's, like any caller's."""

from __future__ import annotations

import logging
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from yumen.errors import Fault, OperatorError, Retry
from yumen.http.tls import client_context

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Mapping
    from pathlib import Path

LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (what stands for all addresses, and where this machine is then)
TIMEOUT = httpx2.Timeout(10.0, read=600.0)
"""In seconds. An answer may keep silent as long as Claude's own clients wait for it."""
MAX_CALLS = 100
"""At once, of all visitors."""
VERSION = "2023-06-01"


class GatewaySilent(Fault):
    """The gateway did not answer its own console: try again."""

    status = 502
    retry = Retry.SAME
    chinese = "网关没有回应控制台的请求：请重试。"


class Calls:
    """Sends what a visitor wants to ask Claude."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        """Send by that client, whose addresses begin where callers are served."""
        self._client = client

    @asynccontextmanager
    async def post(
        self, key_text: str, path: str, body: bytes | AsyncIterable[bytes], headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[httpx2.Response]:
        """Send a JSON body with a key, and give the answer as it comes: `status_code`, `aread()`, `aiter_raw()`.

        A body that comes in pieces needs its `content-length` among the headers. Leaving early gives the call up, at the upstream too.
        Raises GatewaySilent, while the answer is read as well.
        """
        sent = {"x-api-key": key_text, "anthropic-version": VERSION, "content-type": "application/json", **(headers or {})}
        try:
            async with self._client.stream("POST", path, content=body, headers=sent) as response:
                yield response
        except httpx2.HTTPError as error:
            raise GatewaySilent from error

    async def get(self, key_text: str, path: str) -> bytes | None:
        """Return what stands at a path, None where it is refused. Raises GatewaySilent."""
        try:
            response = await self._client.get(path, headers={"x-api-key": key_text, "anthropic-version": VERSION})
        except httpx2.HTTPError as error:
            raise GatewaySilent from error
        return response.content if response.is_success else None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def open_calls(data_url: str, authority: Path | None, certificate: Path | None) -> Calls:
    """Return calls to a port of this machine: no proxy, and only a server that has that authority's certificate, or that very one."""
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # each call stands in the gateway's own log already
    limits = httpx2.Limits(max_connections=MAX_CALLS, max_keepalive_connections=MAX_CALLS // 10, keepalive_expiry=5.0)
    trusted = pinned(certificate) if authority is None and certificate is not None else client_context(authority)
    headers = {"accept-encoding": "identity", "user-agent": "yumen-console"}
    return Calls(
        httpx2.AsyncClient(base_url=here(data_url), verify=trusted, timeout=TIMEOUT, limits=limits, headers=headers, trust_env=False)
    )


def here(data_url: str) -> str:
    """Return where this machine reaches what listens at an address: what stands for all addresses is loopback."""
    parts = urlsplit(data_url)
    host = parts.hostname or ""
    if host not in LOOPBACK:
        return data_url
    return f"{parts.scheme}://{LOOPBACK[host]}:{parts.port}"


def pinned(certificate: Path) -> ssl.SSLContext:
    """Trust one certificate, whatever name it has: the port is asked by its address, its certificate names the public one."""
    try:
        own = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise OperatorError("{path} holds no certificate in PEM form", path=certificate) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=own.public_bytes(Encoding.DER))
    return context
