"""Record writes what happened, for accepted keys alone, and never lets a tight loop of refusals fill the disk."""

from pathlib import Path

import pytest

from tests.ledger.making import START_US, JumpingClock, make_exchange
from yumen.claude import RequestView, Usage
from yumen.errors import LedgerUnavailable, Unauthenticated, UpstreamFault, UpstreamUnreachable
from yumen.exchange import Attempt, Outcome, Step, Why
from yumen.ledger import Entry, Journal, Kind, Record
from yumen.ledger.entry import Times
from yumen.ledger.reports import read_tail
from yumen.observe import Redactor


def written(folder: Path) -> list[Entry]:
    """Every entry that is on the disk."""
    return [found.entry for found in read_tail(folder, {}).found]


@pytest.fixture
def record(journal: Journal, clock: JumpingClock) -> Record:
    """The stage over that journal."""
    return Record(journal, clock, Redactor())


def test_an_answered_exchange_is_one_entry(record: Record, journal: Journal, folder: Path) -> None:
    """Every field of the entry comes from the exchange, times in microseconds."""
    usage = Usage(10, 20, 3, 4, 5, 6, 7, "standard", "fast", "us")
    exchange = make_exchange(usage=usage)
    record.sent(exchange)
    assert journal.open_exchanges == 1
    record(exchange)
    (entry,) = written(folder)
    assert journal.open_exchanges == 0
    assert (entry.request_id, entry.time_us, entry.kind, entry.key_id) == (exchange.request_id, START_US, Kind.EXCHANGE, "apikey_1")
    assert (entry.environment, entry.workspace_id, entry.method, entry.path) == ("production", "default", "POST", "/v1/messages")
    assert (entry.status, entry.outcome, entry.fault, entry.attempts) == (200, Outcome.ANSWERED, None, 1)
    assert (entry.input_tokens, entry.output_tokens, entry.cache_read_tokens) == (10, 20, 3)
    assert (entry.cache_write_5m_tokens, entry.cache_write_1h_tokens, entry.cache_write_tokens) == (4, 5, 9)
    assert (entry.thinking_tokens, entry.web_search_requests) == (6, 7)
    assert (entry.service_tier, entry.speed, entry.inference_geo) == ("standard", "fast", "us")
    assert (entry.ttft_us, entry.duration_us, entry.overhead_us) == (4000, 6000, 57)
    assert (entry.cost_nanousd, entry.price_version, entry.estimated) == (440_000, "test", False)
    assert (entry.model, entry.model_answered, entry.stream, entry.stop_reason) == ("claude-opus-5-5", "claude-opus-5-5", False, "end_turn")
    assert (entry.prompt_characters, entry.prompt_bytes, entry.count) == (12, 14, 1)
    assert (entry.caller, entry.user_agent, entry.upstream, entry.upstream_request_id) == ("127.0.0.1", "agent/1", "claude", "req_upstream")


def test_every_attempt_and_every_time_is_in_the_entry(record: Record, folder: Path) -> None:
    """Upstream, status, time and the reason of what followed, as they were; times in microseconds after the arrival."""
    tries = [
        Attempt("one", 529, 120_000, None, 30, None, Step.AGAIN, Why.BUSY, 340_000),
        Attempt("two", 200, 900, None, 460_031, "their-name", Step.DONE, Why.ANSWERED),
    ]
    record(
        make_exchange(
            attempts=tries,
            limit_wait_us=12,
            limit_note="requests_per_minute of the key",
            replay_of="req_other",
            policy_note="p/r redact ×1",
        )
    )
    (entry,) = written(folder)
    assert (entry.tries, entry.attempts, entry.upstream) == (tuple(tries), 2, "two")
    assert entry.times == Times(read_us=10, admitted_us=30, sent_us=50, head_us=3900)
    assert (entry.limit_wait_us, entry.limit_note, entry.replay_of) == (12, "requests_per_minute of the key", "req_other")
    assert entry.policy_note == "p/r redact ×1"


def test_what_never_came_has_no_time(record: Record, folder: Path) -> None:
    """A request that was refused at a limit was read, and neither admitted nor sent."""
    record(make_exchange(outcome=Outcome.REFUSED, admitted_ns=0, first_sent_ns=0, head_ns=0, attempts=[]))
    assert written(folder)[0].times == Times(read_us=10)


def test_a_secret_in_an_attempts_model_is_not_written(journal: Journal, clock: JumpingClock, folder: Path) -> None:
    """An organization may put anything into an alias."""
    redactor = Redactor()
    redactor.register("very-secret-value")
    Record(journal, clock, redactor)(make_exchange(attempts=[Attempt("one", 200, 1, model="very-secret-value")]))
    assert "very-secret-value" not in (written(folder)[0].tries[0].model or "")


def test_an_unknown_key_leaves_no_trace(record: Record, journal: Journal, folder: Path) -> None:
    """Strangers cannot fill the disk."""
    exchange = make_exchange(principal=None, outcome=Outcome.REFUSED, fault=Unauthenticated())
    record.sent(exchange)
    record(exchange)
    assert written(folder) == []
    assert journal.depth_bytes == 0


@pytest.mark.parametrize(("fault", "sent_ns", "counted"), [(UpstreamUnreachable(), 0, 0), (UpstreamFault(), 1, 1)])
def test_what_was_never_sent_counts_as_no_request(fault: UpstreamFault, sent_ns: int, counted: int, record: Record, folder: Path) -> None:
    """A month is not used up by an upstream that cannot be reached."""
    record(make_exchange(outcome=Outcome.FAILED, fault=fault, sent_ns=sent_ns))
    assert written(folder)[0].counted == counted


def test_a_broken_exchange_says_why(record: Record, folder: Path) -> None:
    """The fault's name is in the entry; what never came is empty, not invented."""
    record(
        make_exchange(outcome=Outcome.FAILED, fault=LedgerUnavailable(), usage=None, cost=None, first_byte_ns=0, attempts=[], status=529)
    )
    (entry,) = written(folder)
    assert (entry.outcome, entry.fault, entry.status, entry.attempts) == (Outcome.FAILED, "LedgerUnavailable", 529, 0)
    assert (entry.cost_nanousd, entry.price_version, entry.ttft_us, entry.upstream) == (None, None, None, None)


def test_texts_from_outside_are_bounded(record: Record, folder: Path) -> None:
    """A model's name or a stop reason of any length makes an entry of the usual size."""
    long = "x" * 100_000
    record(make_exchange(view=RequestView(model=long), model_answered=long, stop_reason=long, upstream_request_id=long))
    (entry,) = written(folder)
    assert {len(text or "") for text in (entry.model, entry.model_answered, entry.stop_reason, entry.upstream_request_id)} == {48}


def test_refusals_in_a_tight_loop_become_one_line(record: Record, clock: JumpingClock, folder: Path) -> None:
    """Of a key's refusals in a minute, sixty are written; the others are one line that counts them, written when the minute is over."""
    for number in range(1000):
        record(make_exchange(number, outcome=Outcome.REFUSED, status=429))
    record.flush()
    assert len(written(folder)) == 60
    clock.us += 61_000_000
    record.flush()
    *single, last = written(folder)
    assert len(single) == 60
    assert (last.kind, last.count, last.status, last.cost_nanousd) == (Kind.REFUSALS, 940, 429, 0)
    assert last.request_id.startswith("req_")
    record.flush()
    assert len(written(folder)) == 61


def test_a_new_minute_begins_anew(record: Record, clock: JumpingClock, folder: Path) -> None:
    """After a quiet minute, refusals are written one by one again; a key that stayed below the rate leaves no counted line."""
    for _ in range(3):
        for number in range(50):
            record(make_exchange(number, outcome=Outcome.REFUSED, started_us=clock.us))
        clock.us += 60_000_000
        record.flush()
    assert len(written(folder)) == 150


def test_the_end_writes_what_was_counted(record: Record, folder: Path) -> None:
    """At a shutdown nothing that was counted is lost."""
    for number in range(61):
        record(make_exchange(number, outcome=Outcome.REFUSED))
    record.flush(everything=True)
    assert sum(entry.count for entry in written(folder)) == 61


def test_other_outcomes_are_always_written(record: Record, folder: Path) -> None:
    """Only refusals are counted: what was sent is an entry, whatever its number."""
    for number in range(200):
        record(make_exchange(number, outcome=Outcome.ERROR))
    assert len(written(folder)) == 200
