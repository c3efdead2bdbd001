"""restrict: models and max_tokens, of every kind of request and of every request in a batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yumen.claude import RequestView, find_endpoint, view_request
from yumen.errors import Forbidden, InvalidRequest
from yumen.exchange.values import Candidate, Principal
from yumen.keys import restrict
from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, Restriction
from yumen.storage import Spool

ONLY = OnlyModels(("claude-haiku-4-5",))
MOST = MaxTokens(100)


def exchange_of(path: str, body: bytes = b"", restrictions: Sequence[Restriction] = (ONLY, MOST), **fields: object) -> Any:  # noqa: ANN401
    """An exchange as far as the stage looks at it."""
    match = find_endpoint("POST" if body or "spool" in fields else "GET", path)
    assert match is not None
    view = view_request(body) if body and match.endpoint.viewed else RequestView()
    plain = {
        "principal": Principal("apikey_1", "app", "production", "wrkspc_1", restrictions=tuple(restrictions)),
        "endpoint": match.endpoint,
        "path": path,
        "body": body,
        "spool": None,
        "view": view,
        "candidates": (Candidate("claude", view.model),),
        "request": SimpleNamespace(peer="192.0.2.7", budget=None),
    }
    return SimpleNamespace(**(plain | fields))


def body(**fields: object) -> bytes:
    """A body that the restrictions allow, with some fields changed."""
    return json.dumps({"model": "claude-haiku-4-5", "max_tokens": 100, "messages": []} | fields).encode()


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens", "/v1/chat/completions", "/v1/models", "/v1/files"])
async def test_what_is_allowed_passes(path: str) -> None:
    """A request within its restrictions, and one that asks no model anything."""
    await restrict(exchange_of(path, b"" if path in ("/v1/models", "/v1/files") else body()))


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/chat/completions"])
@pytest.mark.parametrize("sent", [body(max_tokens=101), body(max_tokens=None), body(max_tokens="1"), b'{"model":"claude-haiku-4-5"}'])
async def test_more_tokens_are_refused(path: str, sent: bytes) -> None:
    """Too many, and a number that cannot be read or is not there: the model's own maximum would hold."""
    with pytest.raises(Forbidden, match="a max_tokens of at most 100"):
        await restrict(exchange_of(path, sent))


async def test_the_other_name_of_max_tokens_is_no_way_around() -> None:
    """A chat completion may say it by two names: the larger counts; a name that stands twice is refused before."""
    path = "/v1/chat/completions"
    await restrict(exchange_of(path, json.dumps({"model": "claude-haiku-4-5", "max_completion_tokens": 100}).encode()))
    for most in ({"max_completion_tokens": 101}, {"max_completion_tokens": "x"}):
        with pytest.raises(Forbidden):
            await restrict(exchange_of(path, body(**most)))
    with pytest.raises(InvalidRequest, match="more than once"):
        view_request(b'{"max_completion_tokens":1,"max_completion_tokens":99}')


async def test_counting_tokens_makes_none() -> None:
    """It needs no max_tokens, but the model counts there too."""
    path = "/v1/messages/count_tokens"
    await restrict(exchange_of(path, b'{"model":"claude-haiku-4-5"}'))
    with pytest.raises(Forbidden, match="may not use the model claude-opus-5-5"):
        await restrict(exchange_of(path, b'{"model":"claude-opus-5-5"}'))


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens", "/v1/chat/completions"])
@pytest.mark.parametrize("model", [None, 5])
async def test_a_request_must_name_its_model(path: str, model: object) -> None:
    """What cannot be read cannot be allowed."""
    with pytest.raises(Forbidden, match="needs requests that name their model"):
        await restrict(exchange_of(path, body(model=model)))


async def test_every_candidate_must_be_allowed() -> None:
    """A name that is allowed opens no model behind it that is not."""
    candidates = (Candidate("a", "claude-haiku-4-5"), Candidate("b", "claude-opus-5-5"))
    with pytest.raises(Forbidden, match="may not use the model claude-opus-5-5"):
        await restrict(exchange_of("/v1/messages", body(), candidates=candidates))


async def test_a_legacy_request_is_held_to_both_names() -> None:
    """The one of 2023, and the one that answers today."""
    view = RequestView(model="claude-2", max_tokens=50)
    both = OnlyModels(("claude-2", "claude-haiku-4-5"))
    for restriction, name in ((ONLY, "claude-2"), (OnlyModels(("claude-2",)), "claude-haiku-4-5")):
        with pytest.raises(Forbidden, match=f"the model {name}"):
            await restrict(exchange_of("/v1/complete", body(), [restriction], view=view, candidates=()))
    await restrict(exchange_of("/v1/complete", body(), [both, MOST], view=view, candidates=()))
    with pytest.raises(Forbidden, match="101 tokens"):
        await restrict(exchange_of("/v1/complete", body(), [both, MOST], view=RequestView("claude-2", max_tokens=101), candidates=()))


async def test_without_such_restrictions_nothing_is_looked_at() -> None:
    """No restriction, or one that the head decided: the body may be anything."""
    for restrictions in ((), (OnlyAddresses(("::1",)),)):
        await restrict(exchange_of("/v1/messages", body(model="x", max_tokens=10**9), restrictions))


class Batches:
    """Makes exchanges that create a batch, and closes their spools in the end."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        """Spool into that folder."""
        self._folder = folder
        self._closing = closing

    def spool(self, written: bytes) -> Spool:
        """A spool that holds that."""
        spool = Spool(self._folder)
        self._closing.callback(spool.close)
        spool.write(written)
        return spool

    def __call__(self, *params: object) -> Any:  # noqa: ANN401
        """A batch with those requests."""
        requests = [{"custom_id": str(number), "params": each} for number, each in enumerate(params)]
        return exchange_of("/v1/messages/batches", spool=self.spool(json.dumps({"requests": requests}).encode()))


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batches]:
    """Makes batches."""
    with ExitStack() as closing:
        yield Batches(tmp_path, closing)


FINE = {"model": "claude-haiku-4-5", "max_tokens": 100}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"model": "claude-opus-5-5", "max_tokens": 5}, "claude-opus-5-5"),
        ({"model": "claude-haiku-4-5"}, "max_tokens"),
        ({"max_tokens": 5}, "name their model"),
    ],
)
async def test_every_request_of_a_batch_is_held(batch: Batches, params: object, message: str) -> None:
    """One that is not allowed refuses the batch."""
    await restrict(batch(FINE, FINE))
    with pytest.raises(Forbidden, match=message):
        await restrict(batch(FINE, params, FINE))


@pytest.mark.parametrize(
    "written", [b"{", b'{"requests":[{"params":{"model":"claude-haiku-4-5","model":"claude-opus-5-5","max_tokens":5}}]}']
)
async def test_a_batch_that_cannot_be_read_is_refused(batch: Batches, written: bytes) -> None:
    """What the gateway cannot read, or others could read differently, it does not send on for a restricted key."""
    exchange = batch()
    exchange.spool = batch.spool(written)
    with pytest.raises(InvalidRequest):
        await restrict(exchange)
