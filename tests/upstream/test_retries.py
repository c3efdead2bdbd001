"""What the sending does after a failure, seen from both sides of a real gateway: what the upstream gets, and what the caller gets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.claude.streams import answer_body
from tests.exchange.callers import ASK, PROMPT, ask, caller, request
from tests.exchange.house import CREDENTIAL, LIMITS, MB, OTHER, Setting, house
from tests.exchange.scripted import Call, Script, answers, plain, until, upstream
from tests.upstream.troubles import COUNT, ERROR, FILE, LIST, OK, RETRIED, SPENT, THREE, cut, failing, in_turn, steps
from yumen.claude import Intake
from yumen.exchange import Exchange, Outcome, Secret, Step, Target, Why
from yumen.http import PoolOptions
from yumen.upstream import Around, RetryOptions


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 520, 529])
async def test_an_error_that_passes_is_never_seen(status: int, tmp_path: Path) -> None:
    """What the upstream gets over is tried again over the same connection, and the caller gets the answer alone."""
    async with upstream(in_turn(failing(status), answers(OK))) as up, house(up, tmp_path, RETRIED) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body) == (200, answer_body())
        assert [call.body for call in up.calls] == [PROMPT, PROMPT]
        assert up.connections == 1
        exchange = await home.last()
        assert exchange.outcome is Outcome.ANSWERED
        assert [(each.status, each.step) for each in exchange.attempts] == [(status, Step.AGAIN), (200, Step.DONE)]
        first, second = exchange.attempts
        assert 0 <= first.begun_us <= first.begun_us + first.duration_us <= second.begun_us
        await home.nothing_is_open()


async def test_an_error_that_stays_passes_byte_for_byte(tmp_path: Path) -> None:
    """After the last attempt the caller gets that attempt's own answer, its headers for retries with it."""
    errors = [plain(ERROR + b" " * times, (b"Retry-After-Ms", b"%d" % times), status=529) for times in (1, 2, 3)]
    async with upstream(in_turn(*map(answers, errors))) as up, house(up, tmp_path, RETRIED) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body, answer.header(b"retry-after-ms")) == (529, ERROR + b"   ", b"3")
        assert len(up.calls) == 3
        exchange = await home.last()
        assert exchange.outcome is Outcome.ERROR
        assert steps(exchange) == [(Step.AGAIN, Why.BUSY)] * 2 + [(Step.GIVE_UP, Why.ATTEMPTS)]
        assert [each.wait_us for each in exchange.attempts] == [1000, 2000, 0]
        await home.nothing_is_open()


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422, 501])
async def test_an_error_of_the_requests_own_is_asked_once(status: int, tmp_path: Path) -> None:
    """What the same request would get again is the caller's at once."""
    async with upstream(failing(status)) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port)).status == status
        assert len(up.calls) == 1
        assert steps(await home.last()) == [(Step.GIVE_UP, Why.FINAL)]


@pytest.mark.parametrize(
    ("headers", "body", "status", "then"),
    [
        ([(b"x-should-retry", b"false")], ERROR, 429, (1, Why.SPENT)),
        ([(b"x-should-retry", b"false")], ERROR, 503, (1, Why.SPENT)),
        ([], SPENT, 429, (1, Why.SPENT)),
        ([(b"x-should-retry", b"true")], SPENT, 429, (1, Why.SPENT)),
        ([(b"x-should-retry", b"true")], ERROR, 400, (3, Why.ATTEMPTS)),
        ([(b"retry-after", b"31")], ERROR, 429, (1, Why.LIMITED)),
        ([(b"retry-after", b"29.5")], ERROR, 429, (1, Why.PATIENCE)),
        ([(b"retry-after", b"rubbish"), (b"retry-after-ms", b"nan")], ERROR, 429, (3, Why.ATTEMPTS)),
    ],
)
async def test_what_the_upstream_says_of_retries_is_heard(
    headers: list[tuple[bytes, bytes]], body: bytes, status: int, then: tuple[int, Why], tmp_path: Path
) -> None:
    """`x-should-retry`, a spend code and `retry-after` decide; the caller gets all of it, at once where waiting would be in vain."""
    setting = Setting(retry=msgspec.structs.replace(THREE, patience_s=30.0))
    async with upstream(failing(status, *headers, body=body)) as up, house(up, tmp_path, setting) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body) == (status, body)
        assert [answer.header(name) for name, _ in headers] == [value for _, value in headers]
        exchange = await home.last()
        assert (len(up.calls), exchange.attempts[-1].why) == then
        assert exchange.attempts[-1].step is Step.GIVE_UP


@pytest.mark.parametrize(("patience", "sent"), [(b"600", 2), (b"NOT_GIVEN", 2), (b"2", 1)])
async def test_a_caller_is_not_kept_beyond_its_patience(patience: bytes, sent: int, tmp_path: Path) -> None:
    """A pause that would leave no time for an answer gives up at once: the 429 with its `retry-after` is the caller's."""
    script = in_turn(failing(429, (b"retry-after-ms", b"1001")), answers(OK))
    data = request(b"POST", b"/v1/messages", (b"x-stainless-timeout", patience), body=PROMPT)
    paused: list[int] = []

    def no_pause(_: object) -> Callable[[Exchange], object]:
        async def wait(exchange: Exchange) -> None:
            paused.append(exchange.attempts[-1].wait_us)

        return wait

    async with upstream(script) as up, house(up, tmp_path, RETRIED, wait=no_pause) as home:
        answer = await ask(home.port, data)
        assert (answer.status, len(up.calls), paused) == ((200, 2, [1_001_000]) if sent == 2 else (429, 1, []))


async def test_a_lost_call_is_not_paid_twice(tmp_path: Path) -> None:
    """A call that was sent and never answered is given up, and no client is told to send it again by itself."""
    async with upstream(cut) as up, house(up, tmp_path, RETRIED) as home:
        answer = await ask(home.port)
        answer.claims(502, "api_error")
        assert answer.header(b"x-should-retry") == b"false"
        assert len(up.calls) == 1
        exchange = await home.last()
        assert steps(exchange) == [(Step.GIVE_UP, Why.LOST)]
        assert exchange.sent_ns > 0


async def test_a_lost_call_on_a_kept_connection_is_not_paid_twice(tmp_path: Path) -> None:
    """That the connection had served before proves nothing: the upstream may have read the request before it closed."""
    async with upstream(in_turn(answers(OK), cut, answers(OK))) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port)).status == 200
        assert (await ask(home.port)).status == 502
        assert (len(up.calls), up.connections) == (2, 1)


@pytest.mark.parametrize("data", [COUNT, LIST])
async def test_what_costs_nothing_is_asked_again(data: bytes, tmp_path: Path) -> None:
    """Reading and counting may be done twice: a lost question is asked again."""
    async with upstream(in_turn(cut, cut, answers(OK))) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port, data)).status == 200
        assert len(up.calls) == 3
        assert steps(await home.last()) == [(Step.AGAIN, Why.BUSY)] * 2 + [(Step.DONE, Why.ANSWERED)]


async def test_a_lost_question_that_stays_lost_may_be_asked_by_the_caller(tmp_path: Path) -> None:
    """Where nothing can have been charged, `x-should-retry` says so."""
    async with upstream(cut) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port, LIST)).header(b"x-should-retry") == b"true"
        assert len(up.calls) == 3


async def test_the_operator_may_have_lost_calls_sent_again(tmp_path: Path) -> None:
    """With the setting it is sent twice, and the attempt that may have been charged is marked."""
    setting = Setting(retry=msgspec.structs.replace(THREE, resend_lost=True))
    async with upstream(in_turn(cut, answers(OK))) as up, house(up, tmp_path, setting) as home:
        assert (await ask(home.port)).status == 200
        assert len(up.calls) == 2
        assert steps(await home.last()) == [(Step.AGAIN, Why.RESENT), (Step.DONE, Why.ANSWERED)]


async def test_what_is_not_there_was_not_sent(tmp_path: Path) -> None:
    """A refused connection is tried again as often as is allowed; then nothing was sent, and the caller may try again."""
    async with upstream(cut) as up:
        port = up.port
    async with house(port, tmp_path, RETRIED) as home:
        answer = await ask(home.port)
        answer.claims(502, "api_error")
        assert answer.header(b"x-should-retry") == b"true"
        exchange = await home.last()
        assert steps(exchange) == [(Step.AGAIN, Why.NOT_SENT)] * 2 + [(Step.GIVE_UP, Why.ATTEMPTS)]
        assert exchange.sent_ns == exchange.first_sent_ns == 0


@pytest.mark.parametrize("target", [b"/v1/messages", b"/v1/messages/batches"])
async def test_a_body_that_never_left_is_sent_again(target: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upstream that closes before it has taken the whole of a long body cannot have worked on it, be it in memory or on disk."""
    monkeypatch.setitem(LIMITS, Intake.WHOLE, 64 * MB)
    monkeypatch.setitem(LIMITS, Intake.SPOOLED, 64 * MB)

    async def script(call: Call) -> None:
        if len(up.calls) == 1:
            call.cut()
            return
        call.body = b"".join([piece async for piece in call.pieces()])
        await call.send(plain(b'{"id":"msgbatch_1"}'))

    body = b'{"requests":[' + b" " * (24 * MB) + b"]}"
    async with upstream(script, reads=False) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port, request(b"POST", target, (b"x-api-key", b"yk-test"), body=body))).status == 200
        assert steps(await home.last()) == [(Step.AGAIN, Why.NOT_SENT), (Step.DONE, Why.ANSWERED)]
        assert up.last.body == body


async def test_a_piped_body_is_sent_once(tmp_path: Path) -> None:
    """What has passed through cannot be sent again: the caller gets the error."""
    async with upstream(failing(529)) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port, FILE)).status == 529
        assert len(up.calls) == 1
        assert steps(await home.last()) == [(Step.GIVE_UP, Why.PIPED)]


async def test_a_piped_body_of_which_nothing_has_passed_is_tried_again(tmp_path: Path) -> None:
    """Where there was no connection, the body is still there."""
    async with upstream(cut) as up:
        port = up.port
    async with house(port, tmp_path, RETRIED) as home:
        assert (await ask(home.port, FILE)).status == 502
        assert len((await home.last()).attempts) == 3


async def test_a_piped_body_whose_credential_was_replaced_may_come_again(tmp_path: Path) -> None:
    """It cannot be sent again from here; the store is asked all the same, and the caller is told to retry, not that its key is wrong."""
    renewed: list[str] = []

    async def renew(name: str, _used: Secret) -> bool:
        renewed.append(name)
        return True

    async with upstream(failing(401)) as up, house(up, tmp_path, Setting(retry=THREE, around=Around(renew=renew))) as home:
        answer = await ask(home.port, FILE)
        assert (answer.status, answer.header(b"x-should-retry")) == (503, b"true")
        assert b"send it again" in answer.body
        assert (len(up.calls), renewed) == (1, ["default"])
        assert steps(await home.last()) == [(Step.GIVE_UP, Why.PIPED)]


async def test_a_spooled_body_is_sent_again(tmp_path: Path) -> None:
    """What lies on the disk is read from its start."""
    body = b'{"requests":[' + b" " * 400_000 + b"]}"
    data = request(b"POST", b"/v1/messages/batches", (b"x-api-key", b"yk-test"), body=body)
    async with upstream(in_turn(failing(529), answers(plain(b'{"id":"msgbatch_1"}')))) as up, house(up, tmp_path, RETRIED) as home:
        assert (await ask(home.port, data)).status == 200
        assert [call.body for call in up.calls] == [body, body]


# ── elsewhere ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (failing(529), Why.BUSY),
        (failing(429, (b"retry-after", b"3600")), Why.LIMITED),
        (failing(429, (b"x-should-retry", b"false")), Why.SPENT),
        (failing(429, body=SPENT), Why.SPENT),
        (failing(402), Why.SPENT),
        (failing(400, body=b'{"error":{"type":"invalid_request_error","message":"Your credit balance is too low to"}}'), Why.SPENT),
        (failing(401), Why.REFUSED_CREDENTIAL),
        (failing(501), Why.FINAL),
    ],
)
async def test_another_upstream_is_asked_at_once(script: Script, why: Why, tmp_path: Path) -> None:
    """What the other one may do better goes there without a pause, with that one's credential and its own name of the model."""
    async with (
        upstream(script) as up,
        upstream(answers(OK)) as other,
        house(up, tmp_path, Setting(retry=THREE, elsewhere=other.port)) as home,
    ):
        assert (await ask(home.port)).status == 200
        assert (len(up.calls), len(other.calls)) == (1, 1)
        assert up.last.header(b"x-api-key") == CREDENTIAL.encode()
        assert other.last.header(b"x-api-key") == b"sk-ant-of-the-other"
        assert other.last.body == PROMPT.replace(b"claude-opus-4-6", b"claude-of-another-name")
        exchange = await home.last()
        assert steps(exchange) == [(Step.ELSEWHERE, why), (Step.DONE, Why.ANSWERED)]
        assert [(each.upstream, each.model, each.wait_us) for each in exchange.attempts] == [
            ("default", None, 0),
            (OTHER, "claude-of-another-name", 0),
        ]
        await home.nothing_is_open()


@pytest.mark.parametrize("status", [400, 403, 404, 413])
async def test_a_requests_own_error_goes_nowhere_else(status: int, tmp_path: Path) -> None:
    """The other upstream would say the same."""
    async with (
        upstream(failing(status)) as up,
        upstream(answers(OK)) as other,
        house(up, tmp_path, Setting(retry=THREE, elsewhere=other.port)) as home,
    ):
        answer = await ask(home.port)
        assert (answer.status, answer.body, len(other.calls)) == (status, ERROR, 0)


async def test_a_lost_call_goes_nowhere_else(tmp_path: Path) -> None:
    """It would be paid at both."""
    async with upstream(cut) as up, upstream(answers(OK)) as other, house(up, tmp_path, Setting(retry=THREE, elsewhere=other.port)) as home:
        assert (await ask(home.port)).status == 502
        assert not other.calls


async def test_a_full_pool_goes_elsewhere(tmp_path: Path) -> None:
    """Where every connection that we may have is in use, the other upstream is asked; without one the caller is told at once."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await go_on.wait()
        await call.send(OK)

    async with upstream(script) as up, upstream(answers(OK)) as other:
        setting = Setting(retry=THREE, elsewhere=other.port, pool=PoolOptions(max_connections=1))
        async with house(up, tmp_path, setting) as home, caller(home.port) as one:
            await one.send(ASK)
            await until(lambda: up.calls, "the first call")
            assert (await ask(home.port)).status == 200
            assert steps(await home.last())[0] == (Step.ELSEWHERE, Why.NOT_SENT)
            go_on.set()
            assert (await one.answer()).status == 200


async def test_without_retries_nothing_goes_elsewhere(tmp_path: Path) -> None:
    """One attempt is one attempt."""
    async with (
        upstream(failing(529)) as up,
        upstream(answers(OK)) as other,
        house(up, tmp_path, Setting(retry=RetryOptions(attempts=1), elsewhere=other.port)) as home,
    ):
        assert (await ask(home.port)).status == 529
        assert not other.calls


# ── credentials ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("attempts", [1, 3])
async def test_a_rotated_credential_is_never_seen(attempts: int, tmp_path: Path) -> None:
    """A 401 has the credential fetched anew, once; the new one is tried even where retries are switched off."""
    renewed: list[str] = []
    target = Target("default", "gateway", "", Secret("sk-ant-new"))

    async def renew(name: str, used: Secret) -> bool:
        renewed.append(f"{name} {used.reveal()}")
        return True

    def with_new(stage: Callable[[Exchange], object]) -> Callable[[Exchange], object]:
        async def choose(exchange: Exchange) -> None:
            await stage(exchange)  # type: ignore[misc]
            if renewed:
                exchange.target = target

        return choose

    async def script(call: Call) -> None:
        await call.send(OK if call.header(b"x-api-key") == b"sk-ant-new" else plain(ERROR, status=401))

    setting = Setting(retry=RetryOptions(attempts=attempts), around=Around(renew=renew))
    async with upstream(script) as up, house(up, tmp_path, setting, choose=with_new) as home:
        assert (await ask(home.port)).status == 200
        assert renewed == [f"default {CREDENTIAL}"]
        assert steps(await home.last()) == [(Step.AGAIN, Why.REFUSED_CREDENTIAL), (Step.DONE, Why.ANSWERED)]


@pytest.mark.parametrize("is_another", [True, False])
async def test_a_credential_is_fetched_anew_once(is_another: bool, tmp_path: Path) -> None:  # noqa: FBT001  (a table)
    """An upstream that refuses the new one too, or for which there is no new one, has its 401 passed on."""
    fetched = 0

    async def renew(_: str, __: Secret) -> bool:
        nonlocal fetched
        fetched += 1
        return is_another

    async with upstream(failing(401)) as up, house(up, tmp_path, Setting(retry=THREE, around=Around(renew=renew))) as home:
        answer = await ask(home.port)
        assert (answer.status, answer.body, fetched, len(up.calls)) == (401, ERROR, 1, 1 + is_another)


async def test_without_a_credential_none_is_fetched(tmp_path: Path) -> None:
    """A 401 of an upstream that gets none is the caller's."""

    async def renew(_: str, __: Secret) -> bool:
        raise AssertionError

    setting = Setting(retry=THREE, around=Around(renew=renew), credential=None)
    async with upstream(failing(401)) as up, house(up, tmp_path, setting) as home:
        assert (await ask(home.port)).status == 401
