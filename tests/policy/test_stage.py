"""No request goes around its policy: every endpoint with a body is driven with planted values, and the wire is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.claude.streams import answer_body
from tests.exchange.callers import Answer, ask, request
from tests.exchange.house import MINE
from tests.exchange.scripted import Call, answers, plain
from tests.policy.planted import MAIL, NEVER, PLANTED, WORD, placeholder, policy, prompt
from tests.policy.stage_house import KEY, Held, held
from yumen.claude import Intake
from yumen.claude.endpoints import ENDPOINTS
from yumen.exchange import Outcome
from yumen.policy import bodies
from yumen.policy.kept import Kept
from yumen.policy.values import Action, Blind, On, Rule, Unseen

TEXT = f"{MAIL} of {WORD}"
SAFE = f"{placeholder(MAIL)} of {placeholder(WORD, 'word')}"
PROMPT = prompt({"type": "text", "text": TEXT})
BOUNDARY = b"multipart/form-data; boundary=B"


def form(*parts: tuple[bytes, bytes]) -> bytes:
    """A multipart body, each part with its head's line."""
    return b"".join(b"--B\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % part for part in parts) + b"--B--\r\n"


UPLOAD = form((b'name="purpose"', TEXT.encode()), (b'name="file"; filename="notes.txt"', f"{TEXT}\n{TEXT}\n".encode()))
BODIES: dict[str, tuple[bytes, bytes]] = {
    "messages": (b"application/json", json.dumps(PROMPT).encode()),
    "count_tokens": (b"application/json", json.dumps(PROMPT).encode()),
    "batches.create": (
        b"application/json",
        json.dumps({"requests": [{"custom_id": f"n{n}", "params": PROMPT} for n in range(3)]}).encode(),
    ),
    "batches.cancel": (b"application/json", json.dumps({"reason": TEXT}).encode()),
    "files.upload": (BOUNDARY, UPLOAD),
    "complete": (
        b"application/json",
        json.dumps({"model": "claude-2.1", "max_tokens_to_sample": 5, "prompt": f"\n\nHuman: {TEXT}\n\nAssistant:"}).encode(),
    ),
    "chat.completions": (
        b"application/json",
        json.dumps({"model": "claude-opus-4-6", "messages": [{"role": "user", "content": TEXT}]}).encode(),
    ),
}
OTHERS = {
    "JSON": (b"application/json", json.dumps({"anything": [TEXT]}).encode()),
    "unnamed JSON": (b"application/octet-stream", json.dumps({"anything": [TEXT]}).encode()),
    "form": (BOUNDARY, UPLOAD),
    "text": (b"text/plain", TEXT.encode()),
}
OPEN = policy(*(each.rule for each in PLANTED.rules), unseen=Blind(other=Unseen.ALLOW))


async def send(at: Held, method: bytes, path: bytes, kind: bytes, body: bytes, *more: tuple[bytes, bytes]) -> Answer:
    """Send a body."""
    return await ask(at.port, request(method, path, KEY, (b"content-type", kind), *more, body=body))


def test_every_endpoint_with_a_body_is_driven() -> None:
    """One that is added to the table needs a planted value here."""
    assert set(BODIES) == {row.name for row in ENDPOINTS if row.intake is not Intake.NONE}


@pytest.mark.parametrize("name", BODIES)
async def test_the_upstream_never_sees_a_planted_value(name: str, tmp_path: Path) -> None:
    """What stands for it arrives, everything else is as it was sent, and the caller is told how much was replaced."""
    row = next(each for each in ENDPOINTS if each.name == name)
    kind, body = BODIES[name]
    async with held(tmp_path) as at:
        if name == "batches.cancel":
            await send(at, b"POST", b"/v1/messages/batches", *BODIES["batches.create"])
        answer = await send(at, b"POST", row.path.replace("{id}", "msgbatch_1").encode(), kind, body)
        assert answer.status == 200, answer.body
        wire = at.wire()
        assert MAIL.encode() not in wire
        assert WORD.encode() not in wire
        sent = at.up.last.body
        assert placeholder(MAIL).encode() in sent
        if name != "complete":
            assert sent == body.replace(TEXT.encode(), SAFE.encode())
        assert at.up.last.header(b"content-length") == b"%d" % len(sent)
        replaced = sent.count(b"[EMAIL_") + sent.count(b"[WORD_")
        assert answer.header(b"x-yumen-policy") == b"redacted=%d" % replaced
        assert at.home.on_disk() == []
        await at.home.nothing_is_open()


@pytest.mark.parametrize("what", OTHERS)
async def test_paths_outside_the_table_are_looked_at_too(what: str, tmp_path: Path) -> None:
    """JSON and forms as such; other text by its words."""
    kind, body = OTHERS[what]
    async with held(tmp_path, OPEN) as at:
        answer = await send(at, b"PUT", b"/v1/open/things", kind, body)
        assert answer.status == 200, answer.body
        assert at.up.last.body == body.replace(TEXT.encode(), SAFE.encode())
        await at.home.nothing_is_open()


async def test_what_cannot_be_read_outside_the_table_is_refused_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is neither JSON nor a form, or too long to be looked at; what has no body passes."""
    async with held(tmp_path) as at:
        (await send(at, b"POST", b"/v1/open/x", b"application/zip", b"PK\x03\x04\xff")).claims(400, "policy_blocked")
        (await send(at, b"POST", b"/v1/open/x", b"text/plain", b"hello")).claims(400, "policy_blocked")
        assert at.up.calls == []
        assert (await ask(at.port, request(b"GET", b"/v1/open/x", KEY))).status == 200
        monkeypatch.setattr(bodies, "MAX_OTHER_BYTES", 10)
        assert (await send(at, b"POST", b"/v1/open/x", b"application/json", b'"0123456789"')).status == 413


BESIDE = {
    "query": (b"/v1/models?after_id=" + MAIL.replace("@", "%40").encode(), ()),
    "header": (b"/v1/models", ((b"x-customer", MAIL.encode()),)),
    "header in percent": (b"/v1/models", ((b"x-customer", MAIL.replace("@", "%40").encode()),)),
    "user agent": (b"/v1/models", ((b"user-agent", b"Ours/1.0 (" + MAIL.encode() + b")"),)),
    "idempotency key": (b"/v1/models", ((b"idempotency-key", MAIL.encode()),)),
    "beta": (b"/v1/models", ((b"anthropic-beta", MAIL.encode()),)),
    "path": (b"/v1/open/" + MAIL.encode(), ()),
    "model": (b"/v1/models/" + WORD.encode(), ()),
}


@pytest.mark.parametrize("where", BESIDE)
async def test_what_goes_along_beside_a_body_is_looked_at(where: str, tmp_path: Path) -> None:
    """The query, headers of the caller's own, the words of a path: nothing can stand in for them, so they refuse."""
    path, headers = BESIDE[where]
    async with held(tmp_path) as at:
        (await ask(at.port, request(b"GET", path, KEY, *headers))).claims(400, "policy_blocked")
        assert at.up.calls == []


async def test_versions_and_hosts_are_no_addresses(tmp_path: Path) -> None:
    """A browser's version has the form of one, and it is no reason to refuse what the browser asks."""
    network = policy(Rule(name="r", action=Action.BLOCK, why="No.", recognisers=("ip_address",)))
    async with held(tmp_path, network) as at:
        agent = b"Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36"
        browser = ((b"user-agent", agent), (b"origin", b"http://192.168.0.7:8000"))
        assert (await ask(at.port, request(b"GET", b"/v1/models", KEY, *browser))).status == 200
        (await ask(at.port, request(b"GET", b"/v1/models", KEY, (b"x-host", b"192.168.0.7")))).claims(400, "policy_blocked")


@pytest.mark.parametrize("name", sorted(BODIES.keys() - {"batches.cancel"}))  # its batch would have to be made before
async def test_a_block_sends_nothing(name: str, tmp_path: Path) -> None:
    """Claude's shape, the rule's own words, no retry, nothing at the upstream, nothing left open."""
    row = next(each for each in ENDPOINTS if each.name == name)
    kind, body = BODIES[name]
    async with held(tmp_path) as at:
        answer = await send(at, b"POST", row.path.encode(), kind, body.replace(MAIL.encode(), b"verboten"))
        answer.claims(400, "policy_blocked")
        assert "Never that. (rule never)" in answer.json["error"]["message"]
        assert (answer.header(b"x-should-retry"), at.up.calls) == (b"false", [])
        assert (answer.header(b"x-yumen-policy") or b"").startswith(b"blocked=1")
        assert (await at.home.last()).outcome is Outcome.REFUSED
        assert [each.blocked for each in at.found.values()] == [True]
        assert at.home.on_disk() == []
        await at.home.nothing_is_open()


async def test_without_a_policy_nothing_is_touched(tmp_path: Path) -> None:
    """No byte, no header, no key; an upload is piped."""
    async with held(tmp_path, policy(unseen=Blind(other=Unseen.ALLOW))) as at:
        for name in ("messages", "files.upload"):
            kind, body = BODIES[name]
            row = next(each for each in ENDPOINTS if each.name == name)
            answer = await send(at, b"POST", row.path.encode(), kind, body)
            assert (answer.header(b"x-yumen-policy"), at.up.last.body, at.sealers) == (None, body, [])
            exchange = await at.home.last(len(at.up.calls))
            assert (exchange.screening, exchange.spool) == (None, None)


async def test_the_key_is_fetched_only_where_something_is_replaced(tmp_path: Path) -> None:
    """Rules that block or flag need no secret."""
    async with held(tmp_path, policy(NEVER)) as at:
        await send(at, b"POST", b"/v1/messages", *BODIES["messages"])
        assert at.sealers == []


async def test_an_upload_that_nobody_needs_to_see_is_piped(tmp_path: Path) -> None:
    """Rules about what is asked for are no reason to take it in."""
    async with held(tmp_path, policy(Rule(name="r", action=Action.BLOCK, why="No.", models=("x",), on=On.REQUEST))) as at:
        await send(at, b"POST", b"/v1/files", *BODIES["files.upload"])
        assert at.up.last.body == UPLOAD
        assert (await at.home.last()).spool is None


async def test_long_bodies_are_looked_at_in_threads(tmp_path: Path) -> None:
    """And come out the same."""
    long = prompt({"type": "text", "text": "word " * 40_000 + TEXT})
    async with held(tmp_path) as at:
        await send(at, b"POST", b"/v1/messages", b"application/json", json.dumps(long).encode())
        assert at.up.last.body == json.dumps(long).replace(TEXT, SAFE).encode()


@pytest.mark.parametrize(
    ("rule", "headers"),
    [
        (Rule(name="r", action=Action.BLOCK, why="No.", models=("claude-opus-*",), on=On.REQUEST), ()),
        (Rule(name="r", action=Action.BLOCK, why="No.", betas=("files-*",), on=On.REQUEST), ((b"Anthropic-Beta", b"a, files-1"),)),
        (Rule(name="r", action=Action.BLOCK, why="No.", max_body_bytes=20, on=On.REQUEST), ()),
        (Rule(name="r", action=Action.BLOCK, why="No.", max_output_tokens=5, on=On.REQUEST), ()),
    ],
)
@pytest.mark.parametrize("name", ["messages", "batches.create"])
async def test_what_is_asked_for_is_held_to_rules(rule: Rule, headers: tuple[tuple[bytes, bytes], ...], name: str, tmp_path: Path) -> None:
    """By the head, and by the body of each request, in batches too."""
    row = next(each for each in ENDPOINTS if each.name == name)
    async with held(tmp_path, policy(rule)) as at:
        answer = await send(at, b"POST", row.path.encode(), *BODIES[name], *headers)
        answer.claims(400, "policy_blocked")
        assert at.up.calls == []


async def test_the_caller_gets_its_own_values_back(tmp_path: Path) -> None:
    """What the upstream says of placeholders is said of values."""
    said = answer_body(content=[{"type": "text", "text": f"Ask {placeholder(MAIL)}."}])
    async with held(tmp_path, script=answers(plain(said))) as at:
        answer = await send(at, b"POST", b"/v1/messages", *BODIES["messages"])
        assert answer.json["content"][0]["text"] == f"Ask {MAIL}."


async def test_batches_and_files_keep_what_stands_for_what(tmp_path: Path) -> None:
    """By the id that the answer names, sealed, of one organization; results are restored by it, also without a policy today."""
    line = json.dumps({"custom_id": "n0", "result": {"type": "succeeded", "message": {"content": [{"type": "text", "text": SAFE}]}}})
    created = plain(b'{"id":"msgbatch_1","type":"message_batch"}')

    async def script(call: Call) -> None:
        await call.send(created if call.method == b"POST" else plain(line.encode() + b"\n"))

    async with held(tmp_path, script=script) as at:
        kind, body = BODIES["batches.create"]
        await at.check._parts.kept.put(MINE.organization_id, ("file", "file_0123456789"), {placeholder("of a file"): "of a file"})
        await send(at, b"POST", b"/v1/messages/batches", kind, body.replace(b'"custom_id"', b'"about": "file_0123456789", "custom_id"', 1))
        exchange = await at.home.last()
        await at.check.made(exchange, "msgbatch_1")
        row = at.kept.rows["msgbatch_1"]
        there = {placeholder(MAIL): MAIL, placeholder(WORD, "word"): WORD, placeholder("of a file"): "of a file"}
        assert json.loads(row.sealed.split(b"|", 1)[1]) == there
        answer = await ask(at.port, request(b"GET", b"/v1/messages/batches/msgbatch_1/results", KEY))
        assert json.loads(answer.body)["result"]["message"]["content"][0]["text"] == TEXT
        assert (await ask(at.port, request(b"DELETE", b"/v1/messages/batches/msgbatch_1", KEY))).status == 200
        at.check.close(await at.home.last(3))  # of the closing stages, the gateway's alone have this one
        await Kept.finish(at.check._parts.kept, 5)
        assert at.kept.rows.keys() == {"file_0123456789"}


async def test_what_was_found_is_written_down_nowhere(tmp_path: Path) -> None:
    """A refused request's model, path and agent go to the ledger, the log and the trace: with the kind in the value's place."""
    async with held(tmp_path) as at:
        asked = json.dumps(prompt(model=WORD)).encode()
        agent = (b"user-agent", b"Ours/1.0 " + MAIL.encode())
        answer = await send(at, b"POST", b"/v1/messages", b"application/json", asked, agent)
        answer.claims(400, "policy_blocked")
        exchange = await at.home.last()
        assert (exchange.view.model, exchange.request.header(b"user-agent")) == ("[WORD]", b"Ours/1.0 [EMAIL]")
        answer = await ask(at.port, request(b"GET", b"/v1/models/" + WORD.encode(), KEY))
        assert "No names. (rule names)" in answer.json["error"]["message"]
        assert (await at.home.last(2)).request.path == "/v1/models/[WORD]"
