"""Batches: their life from creation to the results."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.sandbox.doubles import Answer, Bench, asking
from yumen.sandbox.setting import CURRENT_VERSION

PATH = "/v1/messages/batches"


def batch_of(count: int, **fields: object) -> dict[str, Any]:
    """Return a batch of so many requests."""
    return {"requests": [{"custom_id": f"r-{place}", "params": asking(f"question {place}", **fields)} for place in range(count)]}


async def create(bench: Bench, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Create a batch."""
    answer = await bench.post(PATH, body, **headers)
    assert answer.status == 200
    return dict(answer.json)


async def results(bench: Bench, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the results of a batch from the address that it names."""
    assert batch["results_url"] == f"http://127.0.0.1:8012{PATH}/{batch['id']}/results"
    answer = await bench.get(f"{PATH}/{batch['id']}/results")
    assert answer.headers["content-type"] == "application/x-jsonl"
    return [json.loads(line) for line in answer.body.splitlines()]


async def test_life(bench: Bench) -> None:
    """A batch is in progress when it is made, has ended when it is looked at, and its results are messages at batch price."""
    made = await create(bench, batch_of(3))
    assert made["processing_status"] == "in_progress"
    assert made["request_counts"] == {"processing": 3, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
    assert made["results_url"] is made["ended_at"] is None
    ended = (await bench.get(f"{PATH}/{made['id']}")).json
    assert ended["processing_status"] == "ended"
    assert ended["request_counts"]["succeeded"] == 3
    lines = await results(bench, ended)
    assert [line["custom_id"] for line in lines] == ["r-0", "r-1", "r-2"]
    message = lines[0]["result"]["message"]
    assert lines[0]["result"]["type"] == "succeeded"
    assert message["usage"]["service_tier"] == "batch"
    assert "question 0" in message["content"][0]["text"]


async def test_wrong_requests_are_errored(bench: Bench) -> None:
    """What is wrong in one request errs in its result, by the rules of the version that made the batch; the others succeed."""
    body = batch_of(3)
    body["requests"][1]["params"].pop("max_tokens")
    body["requests"][2]["params"]["temperature"] = 1
    made = await create(bench, body, anthropic_version=CURRENT_VERSION)
    ended = (await bench.get(f"{PATH}/{made['id']}")).json
    assert ended["request_counts"] == {"processing": 0, "succeeded": 1, "errored": 2, "canceled": 0, "expired": 0}
    errors = [line["result"]["error"] for line in await results(bench, ended) if line["result"]["type"] == "errored"]
    assert [error["error"]["message"] for error in errors] == ["max_tokens: Field required", "temperature: Extra inputs are not permitted"]
    assert errors[0]["type"] == "error"


async def test_time_passes(bench: Bench) -> None:
    """A batch that takes time stays in progress until then, and its results are not there before."""
    made = await create(bench, batch_of(1), x_sandbox_batch_ms="60000")
    assert (await bench.get(f"{PATH}/{made['id']}")).json["processing_status"] == "in_progress"
    assert (await bench.get(f"{PATH}/{made['id']}/results")).status == 404
    assert (await bench.call("DELETE", f"{PATH}/{made['id']}", headers={"anthropic-version": CURRENT_VERSION})).status == 400
    bench.clock.advance(61)
    assert (await bench.get(f"{PATH}/{made['id']}")).json["processing_status"] == "ended"


async def test_cancel(bench: Bench) -> None:
    """A canceled batch is canceling, then ended, and what was not answered says so."""
    made = await create(bench, batch_of(2))
    canceling = (await bench.post(f"{PATH}/{made['id']}/cancel", {})).json
    assert canceling["processing_status"] == "canceling"
    assert canceling["cancel_initiated_at"]
    ended = (await bench.get(f"{PATH}/{made['id']}")).json
    assert ended["request_counts"]["canceled"] == 2
    assert {line["result"]["type"] for line in await results(bench, ended)} == {"canceled"}
    assert (await bench.post(f"{PATH}/{made['id']}/cancel", {})).json["processing_status"] == "ended"


async def test_delete(bench: Bench) -> None:
    """A deleted batch is gone."""
    made = await create(bench, batch_of(1))
    gone: Answer = await bench.call("DELETE", f"{PATH}/{made['id']}", headers={"anthropic-version": CURRENT_VERSION})
    assert gone.json == {"id": made["id"], "type": "message_batch_deleted"}
    assert (await bench.get(f"{PATH}/{made['id']}")).status == 404


async def test_list(bench: Bench) -> None:
    """The list is newest first and pages around ids."""
    ids = [(await create(bench, batch_of(1)))["id"] for _ in range(5)]
    first = (await bench.get(f"{PATH}?limit=2")).json
    assert [batch["id"] for batch in first["data"]] == ids[:2:-1]
    assert (first["has_more"], first["first_id"], first["last_id"]) == (True, ids[4], ids[3])
    rest = (await bench.get(f"{PATH}?limit=10&after_id={ids[3]}")).json
    assert [batch["id"] for batch in rest["data"]] == ids[2::-1]
    assert rest["has_more"] is False
    back = (await bench.get(f"{PATH}?limit=1&before_id={ids[2]}")).json
    assert [batch["id"] for batch in back["data"]] == [ids[3]]


async def test_large_batch_lets_others_in(bench: Bench) -> None:
    """A batch too large for one look is answered over several, and every request is answered once."""
    made = await create(bench, batch_of(400))
    for _ in range(4000):
        await asyncio.sleep(0)
        shown = (await bench.get(f"{PATH}/{made['id']}")).json
        if shown["processing_status"] == "ended":
            break
    assert shown["request_counts"]["succeeded"] == 400
    assert len({line["custom_id"] for line in await results(bench, shown)}) == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "requests: Field required"),
        ({"requests": []}, "requests: List should have at least 1 item after validation, not 0"),
        ({"requests": [{"params": {}}]}, "requests.0.custom_id: Field required"),
        ({"requests": [{"custom_id": "a"}]}, "requests.0.params: Field required"),
        ({"requests": [{"custom_id": "a b", "params": {}}]}, "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"),
        (
            {"requests": [{"custom_id": "a", "params": {}}] * 2},
            "requests: custom_id must be unique within a batch; 'a' is used more than once",
        ),
    ],
)
async def test_wrong_batches(body: dict[str, Any], message: str) -> None:
    """A batch whose frame is wrong is refused as a whole."""
    assert (await Bench().post(PATH, body)).message == message


async def test_unknown_batch() -> None:
    """An id of the right form that is not known is not found."""
    assert (await Bench().get(f"{PATH}/msgbatch_01{'a' * 22}")).status == 404


async def test_closing_stops_the_work(bench: Bench) -> None:
    """A sandbox that closes leaves no work behind."""
    made = await create(bench, batch_of(300))
    await bench.get(f"{PATH}/{made['id']}")
    await bench.sandbox.close()
    assert (await bench.get(f"{PATH}/{made['id']}")).status == 404
