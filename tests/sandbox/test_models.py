"""Models: the catalogue in the shape of the API, in pages."""

from __future__ import annotations

import pytest

from tests.sandbox.doubles import Bench


async def test_list() -> None:
    """The list shows what can be used, newest first, each with all its fields."""
    page = (await Bench().get("/v1/models?limit=1000")).json
    assert page["has_more"] is False
    assert {model["lifecycle"] for model in page["data"]} == {"active", "deprecated"}
    assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][-1]["id"])
    assert set(page["data"][0]) == {
        *("type", "id", "display_name", "created_at", "lifecycle", "line", "max_input_tokens", "max_tokens", "deprecated_at"),
        *("retires_at", "capabilities"),
    }


async def test_pages() -> None:
    """Pages follow each other without gap or double, forwards and backwards."""
    bench = Bench()
    whole = [model["id"] for model in (await bench.get("/v1/models?limit=1000")).json["data"]]
    seen: list[str] = []
    after = ""
    while True:
        page = (await bench.get(f"/v1/models?limit=5{after}")).json
        seen += [model["id"] for model in page["data"]]
        if not page["has_more"]:
            break
        after = f"&after_id={page['last_id']}"
    assert seen == whole
    before = (await bench.get(f"/v1/models?limit=3&before_id={whole[5]}")).json
    assert [model["id"] for model in before["data"]] == whole[2:5]
    assert before["has_more"] is True


async def test_retired_on_demand() -> None:
    """Retired models are listed when they are asked for."""
    page = (await Bench().get("/v1/models?lifecycle[]=retired&limit=1000")).json
    assert {model["lifecycle"] for model in page["data"]} == {"retired"}
    assert "claude-2.1" in {model["id"] for model in page["data"]}


async def test_retrieve() -> None:
    """An alias finds its model; its capabilities are leaves of one form."""
    model = (await Bench().get("/v1/models/claude-haiku-4-5")).json
    assert model["id"] == "claude-haiku-4-5-20251001"
    assert model["capabilities"]["thinking"]["types"]["enabled"] == {"supported": True}
    assert model["capabilities"]["thinking"]["types"]["adaptive"] == {"supported": False}
    assert model["capabilities"]["batch"] == {"supported": True}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "limit: Input should be greater than or equal to 1"),
        ("limit=1001", "limit: Input should be less than or equal to 1000"),
        ("limit=many", "limit: Input should be a valid integer, unable to parse string as an integer"),
    ],
)
async def test_wrong_limits(query: str, message: str) -> None:
    """A limit out of bounds is refused."""
    assert (await Bench().get(f"/v1/models?{query}")).message == message
