"""Where a request goes: the operator's upstreams, by their addresses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from yumen.claude.endpoints import find_endpoint
from yumen.clock import Clock
from yumen.errors import OperatorError, UpstreamUnreachable
from yumen.exchange import Candidate, Secret
from yumen.http import Origin
from yumen.routes import Routes, Upstream, parse_origin


@pytest.mark.parametrize(
    ("url", "origin", "authority"),
    [
        ("https://api.anthropic.com", Origin("https", "api.anthropic.com", 443), "api.anthropic.com"),
        ("https://api.anthropic.com/", Origin("https", "api.anthropic.com", 443), "api.anthropic.com"),
        ("https://api.anthropic.com/v1", Origin("https", "api.anthropic.com", 443), "api.anthropic.com"),
        ("http://127.0.0.1:8012", Origin("http", "127.0.0.1", 8012), "127.0.0.1:8012"),
        ("http://gate:80/claude/v1/", Origin("http", "gate", 80, "/claude"), "gate"),
        ("https://gate:80/a/b", Origin("https", "gate", 80, "/a/b"), "gate:80"),
        ("http://[::1]:9/x", Origin("http", "::1", 9, "/x"), "[::1]:9"),
    ],
)
def test_an_address_is_read_into_its_parts(url: str, origin: Origin, authority: str) -> None:
    """Scheme, host, port and what stands before `/v1`; the `Host` header leaves a usual port out."""
    assert parse_origin(url) == origin
    assert parse_origin(url).authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.anthropic.com",
        "ftp://x",
        "https://",
        "https://x?y",
        "https://x#y",
        "https://me:secret@x",
        "https://x:port",
        "https://x:99999",
        "https://[::1",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """A sentence for the operator names the form that is expected."""
    with pytest.raises(OperatorError, match="is not of the form"):
        parse_origin(url)


def exchange_for(model: str | None) -> Any:  # noqa: ANN401  (a double)
    """An exchange as far as routes look at it."""
    head = SimpleNamespace(fields={})
    return SimpleNamespace(
        view=SimpleNamespace(model=model),
        candidates=(),
        candidate=None,
        target=None,
        pinned=None,
        principal=None,
        attempts=[],
        request=SimpleNamespace(head=head),
        request_id="req_1",
        body=None,
        endpoint=find_endpoint("POST", "/v1/messages").endpoint,  # type: ignore[union-attr]
        clock=Clock(),
    )


async def test_a_request_goes_to_the_first_upstream() -> None:
    """Every upstream is a candidate, in the operator's order, for the model that was asked."""
    secret = Secret("sk-x")
    routes = Routes([Upstream("one", Origin("http", "a", 1, "/p"), secret), Upstream("two", Origin("http", "b", 80))])
    exchange = exchange_for("claude-opus-4-6")
    await routes.resolve(exchange)
    assert exchange.candidates == (Candidate("one", "claude-opus-4-6"), Candidate("two", "claude-opus-4-6"))
    exchange.candidates = exchange.candidates[:1]
    await routes.choose(exchange)
    target = exchange.target
    assert (target.upstream, target.authority, target.prefix, target.credential) == ("one", "a:1", "/p", secret)
    exchange.candidates = (Candidate("two", "claude-opus-4-6"),)
    await routes.choose(exchange)
    assert (exchange.target.authority, exchange.target.credential) == ("b", None)


async def test_without_an_upstream_there_is_nowhere_to_go() -> None:
    """No upstream is said as such, rather than failing later."""
    exchange = exchange_for(None)
    routes = Routes([])
    await routes.resolve(exchange)
    with pytest.raises(UpstreamUnreachable, match="No upstream is configured"):
        await routes.choose(exchange)


def test_a_credential_is_not_shown() -> None:
    """Whatever prints an upstream or a target shows no secret."""
    upstream = Upstream("one", Origin("http", "a", 1), Secret("sk-ant-planted"))
    assert "planted" not in f"{upstream} {upstream!r}"
