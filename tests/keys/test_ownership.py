"""Batches, files and containers belong to the workspace that made them: in paths, bodies, lists and spooled batches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.claude.streams import STOP as MESSAGE_STOP
from tests.claude.streams import answer_body, message_delta, sse, start
from tests.exchange.callers import ASK, ASK_STREAMED, Answer, ask, request
from tests.exchange.house import MINE, PUBLIC_URL, THEIRS, House, OwnerDict, house
from tests.exchange.scripted import Call, Upstream, plain, streams, upstream
from tests.keys.doubles import StandingClock
from yumen.errors import InvalidRequest, NotFound, Overloaded
from yumen.exchange import Outcome
from yumen.http import ByteBudget
from yumen.keys import Ownership
from yumen.keys.owners import Kind, Named, Owners
from yumen.keys.ownership import the_one
from yumen.storage import Spool
from yumen.storage.spool import PIECE_BYTES

MY_KEY = (b"x-api-key", b"yk-mine")
THEIR_KEY = (b"x-api-key", b"yk-theirs")
ORIGIN = "https://api.upstream.test"


def batch(identifier: str, **fields: object) -> dict[str, Any]:
    """A batch as the upstream shows it."""
    return {"id": identifier, "type": "message_batch", "results_url": f"{ORIGIN}/v1/messages/batches/{identifier}/results"} | fields


def file(identifier: str) -> dict[str, Any]:
    """A file as the upstream shows it, with a name that looks like an address."""
    return {"id": identifier, "type": "file", "filename": f"{ORIGIN}/v1/messages/batches/x/results", "note": '"results_url":"https://x"'}


class Shelf:
    """An upstream with things on it: whatever is created gets the next number."""

    def __init__(self) -> None:
        self.made = 0
        self.up: Upstream = None  # type: ignore[assignment]  # set by the fixture
        self.home: House = None  # type: ignore[assignment]  # set by the fixture

    async def __call__(self, call: Call) -> None:
        """Answer as Claude does."""
        path = call.target.partition(b"?")[0].decode()
        kind, make = ("msgbatch", batch) if "batches" in path else ("file", file)
        if call.method == b"POST" and path in ("/v1/files", "/v1/messages/batches"):
            self.made += 1
            shown: dict[str, Any] = make(f"{kind}_{self.made}")
        elif path in ("/v1/files", "/v1/messages/batches"):
            items = [make(f"{kind}_{number}") for number in range(1, self.made + 1)]
            shown = {"data": items, "has_more": False, "first_id": f"{kind}_1", "last_id": f"{kind}_{self.made}"}
        elif not path.startswith(("/v1/files/", "/v1/messages/batches/")):
            shown = {}
        else:
            shown = make(path.split("/")[4 if kind == "msgbatch" else 3])
        await call.send(plain(json.dumps(shown, indent=1).encode()))

    async def ask(self, method: bytes, target: str, key: tuple[bytes, bytes] = MY_KEY, body: bytes | None = None) -> Answer:
        """Ask the house."""
        return await ask(self.home.port, request(method, target.encode(), key, body=body))


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    """A shelf behind a house."""
    made = Shelf()
    async with upstream(made) as up, house(up, tmp_path) as home:
        made.up, made.home = up, home
        yield made
        await home.nothing_is_open()


@pytest.mark.parametrize(
    ("create", "targets"),
    [
        (
            "/v1/messages/batches",
            [("GET", "/{}"), ("DELETE", "/{}"), ("POST", "/{}/cancel"), ("GET", "/{}/results")],
        ),
        ("/v1/files", [("GET", "/{}"), ("DELETE", "/{}"), ("GET", "/{}/content")]),
    ],
)
async def test_what_one_workspace_made_another_does_not_see(shelf: Shelf, create: str, targets: list[tuple[str, str]]) -> None:
    """The maker reaches a thing by every path; for another key it is a 404, as is an id that nobody made; the upstream is not asked."""
    identifier = (await shelf.ask(b"POST", create, body=b"{}")).json["id"]
    for method, rest in targets:
        body = b"" if method == "POST" else None
        assert (await shelf.ask(method.encode(), create + rest.format(identifier), body=body)).status == 200
        calls = len(shelf.up.calls)
        for key, asked in ((THEIR_KEY, identifier), (MY_KEY, identifier + "0"), (THEIR_KEY, "never_made")):
            answer = await shelf.ask(method.encode(), create + rest.format(asked), key, body)
            answer.claims(404, "not_found_error")
            assert asked in answer.json["error"]["message"]
        assert len(shelf.up.calls) == calls


async def test_lists_show_what_is_the_callers(shelf: Shelf) -> None:
    """Each workspace sees its own batches and files alone."""
    for create in ("/v1/messages/batches", "/v1/files"):
        for key in (MY_KEY, THEIR_KEY, MY_KEY):
            await shelf.ask(b"POST", create, key, b"{}")
    for create, mine, theirs in (
        ("/v1/messages/batches?limit=5", ["msgbatch_1", "msgbatch_3"], ["msgbatch_2"]),
        ("/v1/files", ["file_4", "file_6"], ["file_5"]),
    ):
        for key, own in ((MY_KEY, mine), (THEIR_KEY, theirs)):
            listing = (await shelf.ask(b"GET", create, key)).json
            assert [item["id"] for item in listing["data"]] == own
            assert (listing["first_id"], listing["last_id"]) == (own[0], own[-1])


async def test_results_are_fetched_from_the_gateway_and_nothing_else_changes(shelf: Shelf) -> None:
    """The origin of `results_url` becomes ours wherever a batch is shown; no other byte and no other address changes."""
    made = await shelf.ask(b"POST", "/v1/messages/batches", body=b"{}")
    ours = f"{PUBLIC_URL}/v1/messages/batches/msgbatch_1/results"
    shown = json.dumps(batch("msgbatch_1"), indent=1)
    expected = shown.replace(f"{ORIGIN}/v1/messages/batches/msgbatch_1/results", ours).encode()
    assert made.body == expected
    assert (await shelf.ask(b"GET", "/v1/messages/batches/msgbatch_1")).body == expected
    assert (await shelf.ask(b"POST", "/v1/messages/batches/msgbatch_1/cancel", body=b"")).body == expected
    assert (await shelf.ask(b"GET", "/v1/messages/batches")).json["data"][0]["results_url"] == ours
    await shelf.ask(b"POST", "/v1/files", body=b"x")
    assert (await shelf.ask(b"GET", "/v1/files/file_2")).body == json.dumps(file("file_2"), indent=1).encode()


async def test_results_and_messages_pass_untouched(tmp_path: Path) -> None:
    """Where a batch is not shown, an address that looks like one is just text."""
    body = json.dumps(batch("msgbatch_1")).encode()

    async def script(call: Call) -> None:
        await call.send(plain(body))

    async with upstream(script) as up, house(up, tmp_path) as home:
        home.owners.rows["msgbatch_1"] = resource("msgbatch_1", MINE.workspace_id)
        for data in (
            ASK,
            request(b"GET", b"/v1/messages/batches/msgbatch_1/results"),
            request(b"GET", b"/v1/models/x"),
            request(b"GET", b"/v1/open"),
        ):
            assert (await ask(home.port, data)).body == body


def resource(identifier: str, workspace_id: str) -> Any:  # noqa: ANN401  (a row)
    """A row of the owners' store."""
    return SimpleNamespace(id=identifier, workspace_id=workspace_id, upstream="default")


async def test_an_error_is_shown_as_it_is(tmp_path: Path) -> None:
    """An upstream's refusal of a create is nobody's thing, and passes untouched."""
    body = b'{"type":"error","error":{"type":"invalid_request_error","message":"no"},"results_url":"https://x/v1/messages/batches/y"}'

    async def script(call: Call) -> None:
        await call.send(plain(body, status=400))

    async with upstream(script) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, request(b"POST", b"/v1/messages/batches", body=b"{}"))
        assert (answer.status, answer.body) == (400, body)
        assert not home.owners.rows


async def test_bodies_name_what_is_the_callers(shelf: Shelf) -> None:
    """A message or a count that names a file or container of others is a 404, in any escape form; a tool's input is its own matter."""
    await shelf.ask(b"POST", "/v1/files", THEIR_KEY, b"x")
    calls = len(shelf.up.calls)
    for target in ("/v1/messages", "/v1/messages/count_tokens", "/v1/messages/batches"):
        for body in (
            b'{"messages":[{"content":[{"source":{"type":"file","file_id":"file_1"}}]}]}',
            b'{"messages":[{"content":[{"source":{"\\u0066ile_id" : "file\\u005f1"}}]}]}',
            b'{"container":"container_theirs"}',
            b'{"container": {"id":"container_theirs","skills":[]}}',
        ):
            (await shelf.ask(b"POST", target, MY_KEY, body)).claims(404, "not_found_error")
    assert len(shelf.up.calls) == calls
    theirs = b'{"messages":[{"content":[{"source":{"file_id":"file_1"}}]}]}'
    assert (await shelf.ask(b"POST", "/v1/messages", THEIR_KEY, theirs)).status == 200
    argument = b'{"messages":[{"content":[{"type":"tool_use","name":"x","input":{"file_id":"file_1"}}]}]}'
    assert (await shelf.ask(b"POST", "/v1/messages", MY_KEY, argument)).status == 200


@pytest.mark.parametrize("stream", [False, True])
async def test_what_a_messages_tools_made_is_the_callers(stream: bool, tmp_path: Path) -> None:  # noqa: FBT001  (a table)
    """Files and containers in an answer are written down as the caller's before it can have read the end."""
    content = {"type": "code_execution_tool_result", "content": {"content": [{"file_id": "file_made"}]}}
    events = [
        start(),
        sse("content_block_start", index=0, content_block=content),
        sse("message_delta", delta={"container": {"id": "container_made"}}, usage={}),
        message_delta(),
        MESSAGE_STOP,
    ]

    async def plainly(call: Call) -> None:
        await call.send(plain(json.dumps(json.loads(answer_body(content=[content])) | {"container": {"id": "container_made"}}).encode()))

    async with upstream(streams(*events) if stream else plainly) as up, house(up, tmp_path) as home:
        assert (await ask(home.port, ASK_STREAMED if stream else ASK)).status == 200
        owned = {row.id: row.workspace_id for row in home.owners.rows.values()}
        assert owned.get("file_made") == MINE.workspace_id
        assert (await home.last()).outcome is Outcome.ANSWERED


async def test_other_paths_need_a_key_that_allows_them(shelf: Shelf) -> None:
    """Outside the table a key needs the path on its list, and even there another's ids do not exist."""
    await shelf.ask(b"POST", "/v1/files", THEIR_KEY, b"x")
    assert (await shelf.ask(b"GET", "/v1/open")).status == 200
    (await shelf.ask(b"GET", "/v1/open", THEIR_KEY)).claims(403, "permission_error")
    (await shelf.ask(b"GET", "/v1/closed")).claims(403, "permission_error")


# ── spooled bodies ──────────────────────────────────────────────────────────


class Bench:
    """The owners' stage over a spool, without a socket."""

    def __init__(self, folder: Path, budget_bytes: int = 2**30) -> None:
        self.folder = folder
        self.budget = ByteBudget(budget_bytes)
        store = OwnerDict()
        self.owners = Owners(store, StandingClock())
        self.ownership = Ownership(self.owners, PUBLIC_URL)

    async def check(self, body: bytes) -> None:
        """Look at a body as a spooled batch of mine. Raises NotFound."""
        await self.owners.keep(MINE, [Named(Kind.FILE, "file_mine")], "default")
        await self.owners.keep(THEIRS, [Named(Kind.FILE, "file_theirs")], "default")
        spool = Spool(self.folder)
        try:
            spool.write(body)
            await self.ownership._check_spool(MINE, self.budget, spool)
        finally:
            spool.close()
            assert self.budget.held_bytes == 0


KEY_FORMS = st.sampled_from([b'"file_id"', b'"\\u0066\\u0069\\u006c\\u0065\\u005f\\u0069\\u0064"', b'"fil\\u0065_id"'])
GAPS = st.sampled_from([0, 1, 100, 5_000, PIECE_BYTES - 7, PIECE_BYTES + 7, 2 * PIECE_BYTES]).map(lambda length: b" " * length)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(KEY_FORMS, GAPS, GAPS, st.integers(-120, 20))
async def test_no_cut_between_two_pieces_hides_a_name(tmp_path: Path, key: bytes, before: bytes, after: bytes, at: int) -> None:
    """Wherever a name of another's file lies in a spooled batch, and with whatever white space, it is found; one's own passes."""
    opening = b'{"requests":[{"params":{"system":"'
    padding = b"x" * (PIECE_BYTES + at - len(opening) - 2)
    bench = Bench(tmp_path)
    for owner in (b"theirs", b"mine"):
        body = opening + padding + b'",' + key + before + b":" + after + b'"file_' + owner + b'"}}]}'
        if owner == b"mine":
            await bench.check(body)
        else:
            with pytest.raises(NotFound, match="file_theirs"):
                await bench.check(body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.integers(-60, 10), st.sampled_from([0, 3_000, PIECE_BYTES, 2 * PIECE_BYTES]), st.booleans())
async def test_a_long_container_hides_no_name(tmp_path: Path, at: int, length: int, first: bool) -> None:  # noqa: FBT001  (drawn)
    """The id of a container is found before or after whatever else its object holds, over any number of pieces."""
    opening = b'{"requests":[{"params":{"system":"'
    padding = b"x" * (PIECE_BYTES + at - len(opening) - 2)
    skills, name = b'"skills":["' + b"s" * length + b'"]', b'"id":"container_theirs"'
    body = opening + padding + b'","container":{' + b",".join([name, skills] if first else [skills, name]) + b"}}}]}"
    with pytest.raises(NotFound, match="container_theirs"):
        await Bench(tmp_path).check(body)


async def test_a_large_batch_of_ones_own_files_is_never_read_whole(tmp_path: Path) -> None:
    """With names in every request, all of them the caller's, nothing of the budget is needed."""
    item = b'{"custom_id":"%d","params":{"messages":[{"content":[{"source":{"file_id":"file_mine"}}]}]}}'
    body = b'{"requests":[' + b",".join(item % number for number in range(30_000)) + b"]}"
    assert len(body) > 8 * PIECE_BYTES
    await Bench(tmp_path, budget_bytes=0).check(body)


async def test_a_doubtful_batch_is_read_whole_within_the_budget(tmp_path: Path) -> None:
    """A name in a tool's input is told from a real one by the whole body; where that does not fit, the caller may try again."""
    body = b'{"requests":[{"params":{"messages":[{"content":[{"type":"tool_use","input":{"file_id":"file_theirs"}}]}],"system":"'
    body += b"x" * PIECE_BYTES + b'"}}]}'
    await Bench(tmp_path).check(body)
    with pytest.raises(Overloaded):
        await Bench(tmp_path, budget_bytes=len(body) - 1).check(body)


async def test_what_was_made_is_remembered_where_its_caller_left() -> None:
    """A caller who hangs up while a batch is written down neither loses it nor has it free of charge."""
    remembered: list[str] = []
    gate = asyncio.Event()

    async def on_made(_: object, identifier: str) -> None:
        await gate.wait()
        remembered.append(identifier)

    owners = Owners(OwnerDict(), StandingClock())
    exchange: Any = SimpleNamespace(principal=MINE, request=SimpleNamespace(method="POST"), target=None, resource_id=None)
    editing = asyncio.create_task(Ownership(owners, PUBLIC_URL, on_made).edit(exchange, json.dumps(batch("msgbatch_1")).encode()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    editing.cancel()
    await asyncio.gather(editing, return_exceptions=True)
    gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert remembered == ["msgbatch_1"]
    await owners.check(MINE, {"msgbatch_1"})


def test_things_of_two_upstreams_do_not_go_together() -> None:
    """One request can go to one of them, and says so to its caller; the one that has everything is where it goes."""
    assert the_one({"a"}) == "a"
    with pytest.raises(InvalidRequest, match="different upstreams"):
        the_one({"a", "b"})
