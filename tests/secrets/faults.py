"""What may stand in a store's stead: every failure that a network, a proxy or the store itself can make of one answer."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.secrets.meddler import HANG_UP, answer
from yumen.secrets import Reference, SecretMissing, StoreUnavailable

STATUSES = [
    100,
    200,
    201,
    204,
    206,
    301,
    302,
    304,
    307,
    400,
    401,
    403,
    404,
    405,
    408,
    412,
    413,
    429,
    472,
    473,
    500,
    501,
    502,
    503,
    504,
    599,
]
BODIES = {
    "nothing": b"",
    "a page": b"<html>Bad gateway</html>",
    "null": b"null",
    "a number": b"7",
    "a list": b"[]",
    "an empty object": b"{}",
    "half an object": b'{"data": {"key',
    "depth": b"[" * 100_000,
    "depth in an object": b'{"data":' + b'{"a":' * 100_000,
    "not UTF-8": b'{"data": "\xff\xfe"}',
    "errors of another kind": b'{"errors": {"a": 1}, "__type": 5, "message": []}',
    "data of another kind": b'{"request_id": "x", "data": 7, "auth": 7, "SecretString": 7}',
    "an empty text": b'{"SecretString": ""}',
    "empty data": b'{"request_id": "x", "data": {}, "auth": {}, "SecretString": null}',
    "odd data": b'{"request_id": "x", "data": {"data": 5, "metadata": null, "path": 5, "type": [], "ttl": "x"}, "SecretBinary": "!"}',
}
RUINS = {
    "hung up": HANG_UP,
    "no HTTP": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\ncontent-",
    "half a body": b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"data": {',
    "a bad length": b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n{}",
    "a bad chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "a false encoding": answer(200, b"no gzip", **{"content-encoding": "gzip"}),
    "a huge head": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1000 + b"\r\n",
    "a bad redirect": answer(302, location="http://[::1"),
}
FAULTS = RUINS | {f"{status}, {name}": answer(status, body) for status in (200, 400, 403, 404, 500) for name, body in BODIES.items()}
FAULTS |= {f"status {status}": answer(status, b'{"errors": []}') for status in STATUSES}


def anything(told: bytes) -> st.SearchStrategy[bytes]:
    """Return a strategy for answers: any status, and any body, or a right one that was bent."""
    bent = st.tuples(st.integers(0, len(told)), st.integers(0, len(told)), st.binary(max_size=4)).map(
        lambda cut: told[: cut[0]] + cut[2] + told[cut[1] :]
    )
    return st.builds(answer, st.sampled_from(STATUSES), st.one_of(st.binary(max_size=64), bent))


def ends_well(fetch: Callable[[], str], reference: Reference, *secrets: str) -> str | None:
    """Hold a fetch to what it promises in any trouble; return its text, if it gave one.

    It raises one of two errors, with a sentence that names the reference; no secret is in it, nor in what a traceback would print.
    """
    try:
        return fetch()
    except (SecretMissing, StoreUnavailable) as error:
        sentence, printed = str(error), "".join(traceback.format_exception(error))
    assert str(reference) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    for secret in secrets:
        assert secret not in printed
    return None


def unavailable(fetch: Callable[[], str], sentence: str) -> None:
    """Hold a fetch to be StoreUnavailable with that in its sentence."""
    with pytest.raises(StoreUnavailable, match=sentence):
        fetch()
