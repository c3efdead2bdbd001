"""The rules of repeated requests, by tables: keys, judgements, fates; and what opens a sealed answer."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.exchange import Outcome
from yumen.idempotency.rules import WORDS, Bad, Fate, Next, fate_of, judge, read_key, unanswered
from yumen.idempotency.sealing import Scope, digest_of, marks_of, seal, unseal
from yumen.idempotency.values import Answer, Reason, Row, State

ROW = Row("row", "wrkspc_1", "req_1", b"hash", State.RUNNING, 100, 1, 1000)
SCOPE = Scope("wrkspc_1", "POST", "/v1/messages", b"key")
ANSWER = Answer(200, [(b"content-type", b"application/json")], streamed=False, body=b"\x00body\xff")


@pytest.mark.parametrize(
    ("own", "common", "key"),
    [
        ([], [], None),
        ([], [b"a"], b"a"),
        ([b"a"], [], b"a"),
        ([b"a"], [b"a"], b"a"),
        ([b"a"], [b"b"], Bad.DIFFERENT),
        ([], [b"a", b"b"], Bad.DIFFERENT),
        ([], [b"a", b"a"], b"a"),
        ([], [b"!" * 255], b"!" * 255),
        ([], [b"!" * 256], Bad.MALFORMED),
        ([], [b""], Bad.MALFORMED),
        ([], [b"a b"], Bad.MALFORMED),
        ([], [b"\xc3\xa9"], Bad.MALFORMED),
        ([], [b"a\n"], Bad.MALFORMED),
    ],
)
def test_what_a_key_is(own: list[bytes], common: list[bytes], key: object) -> None:
    """One key of 1 to 255 visible ASCII characters, in either header or the same in both."""
    assert read_key(own, common) == key


@pytest.mark.parametrize(
    ("row", "hash_", "now_us", "following"),
    [
        (ROW, b"other", 0, (Next.OTHER_BODY, None)),
        (ROW, b"hash", 99, (Next.WAIT, None)),
        (ROW, b"hash", 100, (Next.NOTHING, Reason.DIED)),
        (msgspec.structs.replace(ROW, state=State.ANSWERED), b"hash", 500, (Next.REPLAY, None)),
        (msgspec.structs.replace(ROW, state=State.ANSWERED), b"other", 500, (Next.OTHER_BODY, None)),
        (msgspec.structs.replace(ROW, state=State.UNANSWERED, reason=Reason.CUT), b"hash", 5, (Next.NOTHING, Reason.CUT)),
    ],
)
def test_what_a_repeat_gets(row: Row, hash_: bytes, now_us: int, following: object) -> None:
    """Another body is refused before all else; a lease that is over means that the process died."""
    assert judge(row, hash_, now_us) == following


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("resent", [False, True])
@pytest.mark.parametrize("outcome", Outcome)
def test_what_may_be_charged_is_never_forgotten(outcome: Outcome, *, sent: bool, resent: bool) -> None:
    """For every outcome: only an answer that succeeded is kept, and what may have been charged is not asked again."""
    status = 200 if outcome in (Outcome.ANSWERED, Outcome.DRAINED, Outcome.TRUNCATED, Outcome.CANCELLED) else 500
    fate, reason = fate_of(outcome, status, sent=sent, resent=resent)
    if outcome in (Outcome.ANSWERED, Outcome.DRAINED):
        assert fate is Fate.KEEP
    elif resent or (sent and outcome not in (Outcome.REFUSED, Outcome.ERROR)):
        assert fate is Fate.LOSE
        assert reason in WORDS
    else:
        assert fate is Fate.FORGET


@pytest.mark.parametrize("status", [301, 404, 429, 500])
def test_only_a_success_is_kept(status: int) -> None:
    """An answer that is none is not given again."""
    assert fate_of(Outcome.ANSWERED, status, sent=True, resent=False) == (Fate.FORGET, None)


def test_every_reason_has_words() -> None:
    """Whatever the reason, the sentence names the first request and what to do."""
    for reason in (*Reason, None):
        assert "req_1" in unanswered("req_1", reason)
        assert "use a new key" in unanswered("req_1", reason)


@given(st.binary(), st.binary(), st.sampled_from(["key", "body", "query", "workspace", "path", "method"]))
def test_nothing_opens_but_by_key_and_body(body: bytes, content: bytes, changed: str) -> None:
    """An answer opens for the same key, body and place; another of any of these opens nothing, and has another row or another hash."""
    answer = msgspec.structs.replace(ANSWER, body=content)
    marks = marks_of(SCOPE, "", digest_of([body]))
    sealed = seal(marks, "req_1", answer)
    assert unseal(marks_of(SCOPE, "", digest_of([body[:1], body[1:]])), "req_1", sealed) == answer
    other = {
        "key": marks_of(msgspec.structs.replace(SCOPE, key=b"kez"), "", digest_of([body])),
        "workspace": marks_of(msgspec.structs.replace(SCOPE, workspace_id="wrkspc_2"), "", digest_of([body])),
        "path": marks_of(msgspec.structs.replace(SCOPE, path="/v1/complete"), "", digest_of([body])),
        "method": marks_of(msgspec.structs.replace(SCOPE, method="PUT"), "", digest_of([body])),
        "body": marks_of(SCOPE, "", digest_of([body, b"x"])),
        "query": marks_of(SCOPE, "beta=true", digest_of([body])),
    }[changed]
    assert (other.id, other.body_hash) != (marks.id, marks.body_hash)
    assert (other.id == marks.id) == (changed in ("body", "query"))
    assert unseal(other, "req_1", sealed) is None
    assert unseal(marks, "req_2", sealed) is None
    assert unseal(marks, "req_1", sealed[:-1]) is None
    assert marks.secret not in (marks.body_hash, bytes.fromhex(marks.id))
    assert repr(marks.secret) not in repr(marks)
