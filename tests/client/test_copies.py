"""A client is the SDK's own with a state: its copies keep that, the SDK's words are understood, and its stand-in is the class itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional, get_type_hints

import anthropic
import httpx2
import pytest

import yumen
from tests.client.stand_in import StandIn
from tests.client.test_credentials import ask
from yumen import AsyncClaude, Claude, Limit, Retry
from yumen.client.told import Told, after


@pytest.mark.parametrize(("ours", "theirs"), [(Claude, anthropic.Anthropic), (AsyncClaude, anthropic.AsyncAnthropic)])
def test_it_is_the_sdks_client(ours: type[Any], theirs: type[Any]) -> None:
    """By `isinstance`, by `issubclass` and by inheritance; in annotations too."""

    class Mine(ours):
        """A class of the program's own."""

    made = Mine(environment="sandbox")
    assert isinstance(made, theirs)
    assert isinstance(made, ours)
    assert issubclass(Mine, ours)
    assert not isinstance("text", ours)
    assert isinstance(made.copy(), Mine)
    assert (ours | None) == (None | ours) == Optional[ours]  # noqa: UP045  (what the operator must equal)
    assert repr(ours) == f"<class 'yumen.{theirs.__name__.replace('Anthropic', 'Claude')}'>"

    def function(claude: ours) -> None:
        """Take a client."""

    assert get_type_hints(function, localns={"ours": ours})["claude"] is ours


def test_what_is_not_there_is_an_attribute_error() -> None:
    """As with any module; what is there is listed."""
    with pytest.raises(AttributeError, match="no attribute 'Nobody'"):
        _ = yumen.Nobody  # type: ignore[attr-defined]
    assert {"Claude", "AsyncClaude", "Retry", "Limit", "Conversation"} <= set(dir(yumen))


def middleware(request: anthropic.APIRequest, call_next: Callable[[Any], Any]) -> Any:  # noqa: ANN401  (the SDK's)
    """Mark a request."""
    return call_next(request.copy(headers={**request.headers, "x-seen": f"{request.headers.get('x-seen', '')}1"}))


def test_copies_share_what_was_not_changed(stand_in: StandIn) -> None:
    """Place, key, pool, quota and limit; our part of the way is passed once, the program's own too."""
    claude = Claude(api_key="k", base_url=stand_in.url, model="m-1", limit=Limit(calls=99, period=60), middleware=[middleware])
    for copy in (claude.copy(), claude.with_options(timeout=9), claude.with_middleware(), claude.with_options().with_options()):
        assert copy.state is claude.state or copy.state.known is claude.state.known
        assert (copy.model, copy.quota, copy._client, copy.state.limit) == ("m-1", claude.quota, claude._client, claude.state.limit)
        assert len(copy.middleware) == len(claude.middleware)
        ask(copy)
    assert {(call.key, call.headers["x-seen"]) for call in stand_in.calls} == {("k", "1")}
    ask(claude.with_middleware(middleware))
    assert stand_in.calls[-1].headers["x-seen"] == "11"
    claude.close()


def test_a_copy_has_what_it_is_told(stand_in: StandIn) -> None:
    """Another model, policy and key; the first client stays as it is."""
    with Claude(api_key="k", base_url=stand_in.url) as claude:
        copy = claude.with_options(model="m-2", retry=Retry(attempts=7), api_key="k-2")
        assert (copy.model, copy.state.retry.attempts, copy.api_key) == ("m-2", 7, "k-2")
        assert (claude.state.retry.attempts, claude.api_key) == (3, "k")
        ask(copy)
    assert (stand_in.calls[0].key, stand_in.calls[0].body["model"]) == ("k-2", "m-2")


def test_an_address_may_be_the_transports_own_or_set_afterwards(stand_in: StandIn) -> None:
    """As with the SDK's client; copies go where their first one goes by then."""
    with Claude(api_key="k", base_url=httpx2.URL(stand_in.url)) as claude:
        ask(claude)
        claude.base_url = f"{stand_in.url}/moved"
        ask(claude)
        ask(claude.with_options(timeout=9))
    assert [call.path for call in stand_in.calls] == ["/v1/messages", "/moved/v1/messages", "/moved/v1/messages"]


@pytest.mark.parametrize(("retries", "attempts"), [(0, 1), (2, 3), (5, 6)])
def test_the_sdks_word_for_retries_is_understood(retries: int, attempts: int) -> None:
    """`max_retries` counts those after the first; the SDK itself makes none."""
    claude = Claude(environment="sandbox", max_retries=retries, retry=Retry(wait_min=1, wait_max=2))
    copy = Claude(environment="sandbox", retry=Retry(wait_min=1, wait_max=2)).with_options(max_retries=retries)
    for one in (claude, copy):
        assert (one.state.retry.attempts, one.state.retry.wait_min, one.max_retries) == (attempts, 1, 0)


@pytest.mark.parametrize(
    ("first", "then", "whole"),
    [
        (Told(api_key="a", environment="one"), Told(environment="two"), Told(environment="two")),
        (Told(api_key="a", base_url="x"), Told(environment="two"), Told(environment="two")),
        (Told(api_key="a", base_url="x"), Told(base_url="y"), Told(api_key="a", base_url="y")),
        (Told(api_key="a", environment="one"), Told(base_url="y"), Told(api_key="a", base_url="y")),
        (Told(own_credential=True, base_url="x"), Told(api_key="a"), Told(api_key="a", base_url="x")),
        (Told(api_key="a"), Told(own_credential=True), Told(own_credential=True)),
        (Told(model="m"), Told(), Told(model="m")),
    ],
)
def test_a_key_goes_along_to_an_address_and_not_to_another_environment(first: Told, then: Told, whole: Told) -> None:
    """An environment has its own; whoever gives another address beside a key that he gave meant both."""
    assert after(first, then) == whole
