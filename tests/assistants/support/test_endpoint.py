"""Customer service over HTTP: who is let in, what is answered, and the signed webhook both ways."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.assistants.support.doubles import SHOP, Listener, Scripted, Shop, shop
from yumen.assistants.support import Answer
from yumen.assistants.support.doors import MAX_BODY_BYTES, Doors, TooSlow, body_of
from yumen.assistants.support.endpoint import MOST_OF_ONE, MOST_WAITING, Endpoint
from yumen.assistants.support.replying import NO_ANSWER, Replying
from yumen.assistants.support.values import Customer
from yumen.assistants.support.writer import NoAnswer
from yumen.clock import Clock
from yumen.notices.signature import signed_headers

TOKEN = "a-token-that-is-long-enough"
SECRET = "secret-of-the-webhook"
QUESTION = {"customer": "c", "question": "Who pays customs duty?"}


class Service:
    """The part of a Support that the endpoint uses, upon a desk."""

    def __init__(self, shop: Shop) -> None:
        """Answer by its desk."""
        self.desk = shop.desk
        self.knowledge = shop.knowledge

    def answer(self, question: str, *, customer: str) -> Answer:
        """Answer."""
        return self.desk.answer(question, customer)

    def dissatisfied(self, customer: str) -> Customer:
        """Count."""
        return self.desk.dissatisfied(customer)

    def release(self, customer: str) -> bool:
        """Release."""
        return self.desk.release(customer)

    def forget(self, customer: str) -> bool:
        """Forget."""
        return self.desk.forget(customer)


def client(opened: Shop, token: str | None = None, host: str = "127.0.0.1") -> tuple[TestClient, Endpoint, Listener]:
    """Return a client of an endpoint."""
    service: Any = Service(opened)
    replies = Listener()
    endpoint = Endpoint(service, Doors(token), Replying(service, replies, SECRET, Clock()))
    return TestClient(endpoint.application(), base_url=f"http://{host}", raise_server_exceptions=False), endpoint, replies


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Shop]:
    """A shop that quotes."""
    with shop(tmp_path) as opened:
        yield opened


def test_an_answer_with_its_sources(opened: Shop) -> None:
    """JSON in, JSON out: the answer, what it rests on, and that it is the sandbox's."""
    answer = client(opened)[0].post("/answer", json=QUESTION)
    assert answer.status_code == 200
    body = answer.json()
    assert body["customer"] == "c"
    assert "paid by the recipient" in body["answer"]
    assert body["sandbox"] is True
    assert body["handed_over"] is None
    (citation,) = body["citations"]
    assert (citation["number"], citation["file"], citation["heading"]) == (1, "shipping.md", "Shipping > Abroad")
    assert answer.headers["cache-control"] == "no-store"


def test_a_customers_life(opened: Shop) -> None:
    """Handed over, released, discontent counted, forgotten."""
    http = client(opened)[0]
    handed = http.post("/answer", json=QUESTION | {"question": "转人工"}).json()
    assert handed["handed_over"] == {"reason": "person", "to": ""}
    assert http.post("/release", json={"customer": "c"}).json() == {"done": True}
    assert http.post("/dissatisfied", json={"customer": "c"}).json()["unsatisfied"] == 1
    assert http.post("/forget", json={"customer": "c"}).json() == {"done": True}
    assert http.post("/forget", json={"customer": "c"}).json() == {"done": False}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": f"Basic {TOKEN}"}, 401),
        ({"authorization": "Bearer \u00e9"}, 401),
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"x-api-key": TOKEN}, 200),
    ],
)
def test_the_token_opens(opened: Shop, headers: dict[str, str], status: int) -> None:
    """With a token nobody gets in without it, from any host; health is open."""
    http = client(opened, TOKEN, "support.example")[0]
    encoded = {name: value.encode() for name, value in headers.items()}
    assert http.post("/answer", json=QUESTION, headers=encoded).status_code == status  # type: ignore[arg-type]
    for path in ("/release", "/forget", "/dissatisfied"):
        assert http.post(path, json={"customer": "c"}).status_code == 401
    assert http.get("/healthz").json() == {"status": "ok", "files": 8, "passages": 29}


def test_without_a_token_a_page_in_a_browser_cannot_ask(opened: Shop) -> None:
    """A name that leads here by DNS is refused, and so is a body that a form could send."""
    assert client(opened, host="evil.example")[0].post("/answer", json=QUESTION).status_code == 421
    http = client(opened, host="localhost")[0]
    assert http.post("/answer", content=json.dumps(QUESTION), headers={"content-type": "text/plain"}).status_code == 415
    assert http.post("/answer", json=QUESTION).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"customer": "c"}', 400),
        (b'{"customer": "", "question": "x"}', 400),
        (b'{"customer": "c", "question": "  "}', 400),
        (b'{"customer": "c", "question": "x", "model": "y"}', 400),
        (b'{"customer": "c", "question": "' + b"x" * 9000 + b'"}', 400),
        (b'"' + b"x" * MAX_BODY_BYTES + b'"', 413),
    ],
)
def test_a_body_that_will_not_do(opened: Shop, body: bytes, status: int) -> None:
    """The answer is one sentence of JSON."""
    answer = client(opened)[0].post("/answer", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert ("connection" in answer.headers) == (status == 413)


def test_other_paths_and_methods(opened: Shop) -> None:
    """They are answered in the same form."""
    http = client(opened)[0]
    assert (http.get("/answer").status_code, http.get("/nothing").status_code) == (405, 404)
    assert http.get("/nothing").json() == {"error": "GET /nothing is not served here."}


def test_trouble_says_little(tmp_path: Path) -> None:
    """Claude away is a 503 that may be tried again; a defect is a 500 whose words stay in the log."""
    with shop(tmp_path, Scripted([NoAnswer(), RuntimeError("the secret of the house")])) as opened:
        http, endpoint, _ = client(opened)
        away = http.post("/answer", json=QUESTION)
        assert (away.status_code, away.headers["retry-after"]) == (503, "2")
        defect = http.post("/answer", json=QUESTION)
        assert defect.status_code == 500
        assert "secret" not in defect.text
        for number in range(MOST_WAITING):
            endpoint._waiting.enter(str(number))
        assert http.post("/answer", json=QUESTION).status_code == 503


def test_one_customer_does_not_keep_everybodys_threads(opened: Shop) -> None:
    """Beyond a few questions of one customer at a time he is told to come again, others are answered, and nothing is left counted."""
    http, endpoint, _ = client(opened)
    for _ in range(MOST_OF_ONE):
        endpoint._waiting.enter("c")
    assert http.post("/answer", json=QUESTION).status_code == 503
    assert http.post("/answer", json=QUESTION | {"customer": "d"}).status_code == 200
    endpoint._waiting.leave("c")
    assert http.post("/answer", json=QUESTION).status_code == 200
    assert endpoint._waiting._of == {"c": MOST_OF_ONE - 1}


@pytest.mark.parametrize("left", [False, True])
def test_a_body_that_does_not_come_is_not_waited_for(*, left: bool) -> None:
    """Neither one that stays away nor one whose sender has gone."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"} if left else await asyncio.Future()

    scope = {"type": "http", "method": "POST", "headers": []}
    with pytest.raises(TooSlow):
        asyncio.run(body_of(Request(scope, receive), patience_s=0))


def test_what_the_operator_must_mend_is_in_the_log(opened: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """A hand-over that cannot be written: the caller learns nothing of the house, the log says why."""
    opened.cases.unlink()
    answer = client(opened)[0].post("/answer", json=QUESTION | {"question": "转人工"})
    assert (answer.status_code, str(opened.cases) in answer.text) == (500, False)
    assert str(opened.cases) in caplog.text


def signed(body: bytes, secret: str = SECRET, shift_s: int = 0) -> dict[str, str]:
    """Return the headers of a signed body."""
    return signed_headers(secret, Clock().now_us() // 1_000_000 + shift_s, body)


def test_a_webhook_is_answered_elsewhere_once(opened: Shop) -> None:
    """A signed question is taken; its answer goes out under its id; the same once more does nothing."""
    http, _, replies = client(opened, TOKEN, "support.example")
    body = json.dumps(QUESTION | {"id": "m1", "channel": "web"}).encode()
    taken = http.post("/webhook", content=body, headers=signed(body))
    assert (taken.status_code, taken.json()) == (202, {"taken": True})
    assert http.post("/webhook", content=body, headers=signed(body)).json() == {"taken": False}
    (told,) = replies.told
    reply = msgspec.json.decode(told.text)
    assert (reply["id"], reply["customer"], reply["question"]) == ("m1", "c", QUESTION["question"])
    assert "paid by the recipient" in reply["answer"]["answer"]


def test_a_webhook_that_is_not_signed_is_refused(opened: Shop) -> None:
    """A wrong secret, an old signature, another body, and none at all; nothing is answered."""
    http, _, replies = client(opened)
    body = json.dumps(QUESTION | {"id": "m1"}).encode()
    for headers in ({}, signed(body, "other"), signed(body, shift_s=-600), signed(b"other")):
        assert http.post("/webhook", content=body, headers=headers).status_code == 401
    assert replies.told == []


def test_a_webhook_without_an_answer_says_so(tmp_path: Path) -> None:
    """Nobody waits for an answer that does not come."""
    with shop(tmp_path, Scripted([NoAnswer()]), SHOP) as opened:
        http, _, replies = client(opened)
        body = json.dumps(QUESTION | {"id": "m1"}).encode()
        assert http.post("/webhook", content=body, headers=signed(body)).status_code == 202
        assert msgspec.json.decode(replies.told[0].text)["answer"]["answer"] == NO_ANSWER
