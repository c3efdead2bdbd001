"""What is written down of an exchange: what its upstream saw and said, as the key says, and nothing beyond the room for it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.claude.streams import answer_body, message
from tests.contents.doubles import ALL, home
from tests.exchange.callers import ASK, ASK_STREAMED, PROMPT, ask, caller, request
from tests.exchange.house import MINE
from tests.exchange.scripted import answers, plain, streams, until, upstream
from tests.exchange.test_changes import Both, Doubling
from yumen.contents import Sizes
from yumen.errors import PolicyBlocked
from yumen.exchange import Candidate, Exchange, Target
from yumen.exchange.values import Content

ANSWER = answer_body()
EVENTS = message()
ERROR = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
REDACTED = PROMPT.replace(b"user", b"[ME]")


async def redacting(exchange: Exchange) -> None:
    """Check as a policy does that redacts, screens and restores: each change can be seen."""
    exchange.body = REDACTED
    exchange.screening = Both(Doubling(b"m"), Doubling(b"o"))


async def test_what_the_upstream_saw_and_said_is_written_down(tmp_path: Path) -> None:
    """The redacted request; the screened answer before it is restored; with whose it was, and how it ended."""
    async with upstream(streams(*EVENTS)) as up, home(up, tmp_path, check=redacting) as one:
        whole = await ask(one.house.port, ASK_STREAMED)
        (kept,) = await one.kept()
        screened = b"".join(EVENTS).replace(b"m", b"mm")
        assert (kept.request, kept.answer, up.last.body) == (REDACTED, screened, REDACTED)
        assert whole.body == screened.replace(b"o", b"oo")
        assert (kept.method, kept.path, kept.status, kept.outcome, kept.fault) == ("POST", "/v1/messages", 200, "answered", None)
        request_id = (whole.header(b"request-id") or b"").decode()
        shown = await one.shown(request_id)
        assert shown is not None
        row = shown.row
        assert (row.request_id, row.organization_id, row.workspace_id, row.key_id) == (
            request_id,
            MINE.organization_id,
            MINE.workspace_id,
            MINE.key_id,
        )
        assert one.budget.held_bytes == 0


@pytest.mark.parametrize(
    ("content", "status", "is_kept"),
    [
        (Content.ALL, 200, True),
        (Content.ALL, 529, True),
        (Content.ERRORS, 200, False),
        (Content.ERRORS, 529, True),
        (Content.OFF, 529, False),
    ],
)
async def test_the_key_says_what_is_written_down(tmp_path: Path, content: Content, status: int, *, is_kept: bool) -> None:
    """Everything, what did not end in a good answer, or nothing; what is not kept holds no memory."""
    body = ANSWER if status == 200 else ERROR
    async with (
        upstream(answers(plain(body, status=status))) as up,
        home(up, tmp_path, msgspec.structs.replace(ALL, content=content)) as one,
    ):
        await ask(one.house.port, ASK)
        kept = await one.kept()
        assert [(each.status, each.answer) for each in kept] == ([(status, body)] if is_kept else [])
        assert one.budget.held_bytes == 0


@pytest.mark.parametrize("keeps_content", [False, True])
async def test_an_isolated_organizations_is_written_down_only_where_it_lets_it_be(tmp_path: Path, *, keeps_content: bool) -> None:
    """Whatever its keys say."""
    isolated = msgspec.structs.replace(ALL, isolated=True, keeps_content=keeps_content)

    async def resolve(exchange: Exchange) -> None:
        exchange.candidates = (Candidate("default", exchange.view.model),)

    changes = {"resolve": lambda _: resolve}
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, isolated, **changes) as one:
        assert (await ask(one.house.port, ASK)).status == 200
        assert len(await one.kept()) == keeps_content


async def test_nothing_is_kept_where_the_setting_says_so(tmp_path: Path) -> None:
    """`keep_days = 0` is above all keys."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, keep_days=0) as one:
        await ask(one.house.port, ASK)
        assert await one.kept() == []


async def test_what_a_policy_blocks_is_not_written_down(tmp_path: Path) -> None:
    """It may be the very thing that is not to be stored."""

    async def check(_: Exchange) -> None:
        raise PolicyBlocked

    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, check=check) as one:
        assert (await ask(one.house.port, ASK)).status == 400
        assert await one.kept() == []


async def test_what_a_screen_keeps_from_the_caller_is_not_written_down(tmp_path: Path) -> None:
    """A stream that it ends is kept up to there; the plain answer that it refuses is not."""

    async def check(exchange: Exchange) -> None:
        exchange.screening = Both(Doubling(b"\1", forbidden=b"end_turn"), None)

    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, check=check) as one:
        assert (await ask(one.house.port, ASK)).status == 400
        (kept,) = await one.kept()
        assert (kept.answer, kept.fault) == (b"", "PolicyBlocked")
    async with upstream(streams(*EVENTS)) as up, home(up, tmp_path, check=check) as one:
        assert b"policy_blocked" in (await ask(one.house.port, ASK_STREAMED)).body
        (kept,) = await one.kept()
        assert b"".join(EVENTS).startswith(kept.answer)
        assert b"content_block_delta" in kept.answer
        assert b"end_turn" not in kept.answer


async def test_long_ones_are_cut_and_say_so(tmp_path: Path) -> None:
    """The beginning is kept, with how long it was in all."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, sizes=Sizes(10, 20)) as one:
        assert (await ask(one.house.port, ASK)).body == ANSWER
        (kept,) = await one.kept()
        assert (kept.request, kept.request_bytes) == (PROMPT[:10], len(PROMPT))
        assert (kept.answer, kept.answer_bytes) == (ANSWER[:20], len(ANSWER))


async def test_the_memory_for_it_is_bounded(tmp_path: Path) -> None:
    """What has no room any more is counted, and its caller notices nothing."""
    async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, budget_bytes=len(PROMPT) + len(ANSWER)) as one:
        for _ in range(3):
            assert (await ask(one.house.port, ASK)).body == ANSWER
        assert (one.keeping.owed, one.keeping.dropped) == (1, 2)
        assert len(await one.kept()) == 1
        assert one.budget.held_bytes == 0


async def test_a_caller_who_leaves_leaves_what_was_heard(tmp_path: Path) -> None:
    """It counts among what did not end well."""
    script = streams(*EVENTS[:2], then="hold")
    async with upstream(script) as up, home(up, tmp_path, msgspec.structs.replace(ALL, content=Content.ERRORS)) as one:
        async with caller(one.house.port) as who:
            await who.send(ASK_STREAMED)
            await who.head()
            await until(lambda: up.calls and one.budget.held_bytes, "the first event")
        await until(lambda: one.keeping.owed, "the end")
        (kept,) = await one.kept()
        assert (kept.outcome, kept.fault) == ("cancelled", "CallerLeft")
        assert kept.answer
        assert b"".join(EVENTS[:2]).startswith(kept.answer)


async def test_the_last_attempts_body_is_the_one_that_is_kept(tmp_path: Path) -> None:
    """Where an upstream calls the model by another name that name stands in it, and not what an earlier attempt called it."""
    for model in ("claude-of-another-name", "claude-opus-4-6"):

        async def choose(exchange: Exchange, model: str = model) -> None:
            exchange.candidate = Candidate("default", model)
            exchange.target = Target("default", f"127.0.0.1:{up.port}")
            exchange.renamed = ("claude-of-an-attempt-before", b"its body")

        changes = {"choose": lambda _, choose=choose: choose}
        async with upstream(answers(plain(ANSWER))) as up, home(up, tmp_path, **changes) as one:
            await ask(one.house.port, ASK)
            (kept,) = await one.kept()
            assert kept.request == up.last.body
            assert model.encode() in up.last.body


async def test_a_body_that_passes_is_not_kept(tmp_path: Path) -> None:
    """Of a file that is sent only what the upstream answered; what has no body says nothing."""
    upload = request(
        b"POST", b"/v1/files", (b"x-api-key", b"yk-test"), (b"Content-Type", b"multipart/form-data; boundary=x"), body=b"--x--"
    )
    listing = request(b"GET", b"/v1/models", (b"x-api-key", b"yk-test"))
    async with upstream(answers(plain(b'{"id":"file_1","type":"file"}'))) as up, home(up, tmp_path) as one:
        await ask(one.house.port, upload)
        await ask(one.house.port, listing)
        (kept,) = await one.kept()
        assert (kept.path, kept.request, kept.request_bytes, kept.answer_bytes) == ("/v1/files", None, 0, 29)
