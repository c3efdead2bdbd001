"""Sends the suite's requests and keeps what comes back as it came: no SDK, no retries, no decoding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from yumen.client.transport import httpx2
from yumen.lab.check.values import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from yumen.lab.check.values import Probe

TIMEOUT_S = 60.0
MOST_BYTES = 4 * 1024 * 1024
"""No answer of the suite's is longer; the rest is not read."""
AGENT = "yumen-check"


class Sender:
    """A connection to one server. Closes with its context."""

    def __init__(self, url: str, key: str | None, model: str) -> None:
        """Ask at that address, with that key (None: none), for that model."""
        self._url = url.rstrip("/")
        self._key = key
        self._model = model
        # A connection for each request: what one answer did to its connection is not the next one's trouble.
        self._client = httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False, limits=httpx2.Limits(max_keepalive_connections=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, probe: Probe) -> Exchange:
        """Send one request. What goes wrong on the way is part of the exchange."""
        path = probe.path.replace("{model}", quote(self._model, safe=""))
        headers, body = head(probe, self._key), content(probe, self._model)
        status, received, pieces = 0, [], []
        try:
            with self._client.stream(probe.method, self._url + path, headers=headers, content=body) as answer:
                status, received = (
                    answer.status_code,
                    [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw],
                )
                for piece in answer.iter_raw():
                    pieces.append(piece)
                    if sum(map(len, pieces)) > MOST_BYTES:
                        break
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return Exchange(probe, status, received, b"".join(pieces), f"{type(error).__name__}: {error}".rstrip(": "))
        return Exchange(probe, status, received, b"".join(pieces))


def head(probe: Probe, key: str | None) -> Mapping[str, str]:
    """Return a request's headers."""
    key = probe.key or key
    credential = {} if key is None else {"authorization": f"Bearer {key}"} if probe.bearer else {"x-api-key": key}
    version = {} if probe.version is None else {"anthropic-version": probe.version}
    kind = {} if probe.body is None else {"content-type": "application/json"}
    return (
        {"accept": "application/json", "accept-encoding": "identity", "user-agent": AGENT}
        | kind
        | version
        | credential
        | dict(probe.headers)
    )


def content(probe: Probe, model: str) -> bytes | None:
    """Return a request's body, with the model's name put in."""
    if probe.body is None or isinstance(probe.body, str):
        return None if probe.body is None else probe.body.encode()
    return json.dumps({"model": model} | dict(probe.body)).encode()
