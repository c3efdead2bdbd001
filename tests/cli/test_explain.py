"""`yumen logs explain`: a request's life in its order, every millisecond accounted for, every micro-dollar computed again."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from tests.ledger.making import make_entry
from yumen.cli.explain import Life, as_object, say
from yumen.exchange import Attempt, Candidate, Outcome, Step, Why
from yumen.ledger import Entry
from yumen.ledger.entry import Times
from yumen.ledger.lines import LEFT_OUT
from yumen.ledger.timeline import ENDINGS, STEP, WHY, overhead, timeline
from yumen.meter import Price, Prices, UpstreamPrices
from yumen.meter.bill import Bill, bill, closing
from yumen.sessions.values import Asked, TurnState
from yumen.words import Words
from yumen.words.chinese import CHINESE

PRICES = Prices(
    {"claude-opus-5-5": Price(Decimal(5), Decimal(25))},
    {"far": UpstreamPrices({"deep": Price(Decimal(2), Decimal("8.5"))}, "CNY", Decimal("0.14"))},
)
TRIES = (
    Attempt("a", 529, 120_000, None, 30_000, None, Step.ELSEWHERE, Why.BUSY, 340_000),
    Attempt("b", 200, 800_000, None, 490_100, "their-model"),
)
LIVED = make_entry(
    tries=TRIES,
    attempts=2,
    upstream="b",
    times=Times(read_us=1000, admitted_us=29_000, sent_us=30_050, head_us=1_290_100),
    limit_wait_us=27_000,
    limit_note="requests_per_minute of the key",
    ttft_us=1_290_160,
    duration_us=2_000_000,
    overhead_us=2_000 + 100 + 60 + 40,
    cost_nanousd=10 * 5000 + 20 * 25_000,
)


class Page:
    """Takes what is said, in a language."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.lines: list[str] = []

    def line(self, sentence: str, **values: object) -> None:
        """As the console says it."""
        self.raw(self.words.say(sentence, **values))

    def raw(self, text: str) -> None:
        """As it is."""
        self.lines.append(text)

    def table(self, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
        """A line a row."""
        self.lines += ["\t".join(map(str, row)) for row in (columns, *rows)]


def told(entry: Entry, words: Words | None = None) -> str:
    """What is said of an entry."""
    page = Page(words or Words({}))
    say(page, Life(entry, "first", bill(entry, PRICES)))  # type: ignore[arg-type]  (a double)
    return "\n".join(page.lines)


def test_a_life_is_told_in_its_order() -> None:
    """Arrival, body, limit, attempts with their reasons, pause, first byte, end: each at its time, with how long it took."""
    moments = list(timeline(LIVED, "first"))
    assert [(moment.event, moment.at_us, moment.took_us) for moment in moments] == [
        ("arrived", 0, None),
        ("read", 1000, 1000),
        ("waited", 2000, 27_000),
        ("admitted", 29_000, None),
        ("attempt", 30_000, None),
        ("status", 150_000, 120_000),
        ("pause", 150_000, 340_000),
        ("attempt", 490_100, None),
        ("status", 1_290_100, 800_000),
        ("first_byte", 1_290_160, None),
        ("ended", 2_000_000, None),
    ]
    assert [moment.why for moment in moments if moment.why] == [(Why.BUSY, Step.ELSEWHERE), (Why.ANSWERED, Step.DONE)]
    text = told(LIVED)
    assert "requests_per_minute of the key" in text
    assert "status 529 – the upstream is overloaded, or has an error of its own; so at another upstream" in text
    assert "attempt 2 at b, which is asked for their-model" in text


def test_a_turn_of_a_session_is_named() -> None:
    """Whoever looks at a call learns which turn of which conversation it was; a call that was none says nothing of it."""
    life = Life(LIVED, "first", bill(LIVED, PRICES), Asked("customer-42", 7, TurnState.BROKEN))
    page = Page(Words(CHINESE))
    say(page, life)  # type: ignore[arg-type]  (a double)
    assert "这是对话 customer-42 的第 7 轮（中断）。" in page.lines
    assert msgspec.json.decode(as_object(life))["session"] == {"name": "customer-42", "number": 7, "state": "broken"}
    assert "session" not in told(LIVED)


def test_the_gateways_own_time_adds_up() -> None:
    """Its parts are together what the entry says, to the microsecond."""
    assert {share.part: share.us for share in overhead(LIVED)} == {"before": 2000, "between": 100, "after": 60, "rest": 40}


def test_what_stands_for_attempts_takes_no_time() -> None:
    """Where the middle ones were left out, what passed between them is not known, and is not made up of the time before the last."""
    entry = msgspec.structs.replace(LIVED, tries=(TRIES[0], LEFT_OUT, TRIES[1]), attempts=9)
    assert {share.part: share.us for share in overhead(entry)} == {"before": 2000, "after": 60, "rest": 140}


@pytest.mark.parametrize("words", [WHY, STEP, ENDINGS])
def test_every_word_of_a_closed_set_is_said_in_both_languages(words: dict[str, str]) -> None:
    """Whatever reason, step or outcome the ledger has, it has a sentence, and that one a Chinese twin."""
    assert set(words) == set(type(next(iter(words))))
    assert set(words.values()) <= CHINESE.keys()


def test_attempts_that_were_left_out_are_counted() -> None:
    """The mark in their place says how many they are, and the last one keeps its number."""
    moments = list(timeline(make_entry(tries=(TRIES[0], LEFT_OUT, TRIES[1]), attempts=10), "first"))
    assert [moment.values["count"] for moment in moments if moment.event == "left_out"] == [8]
    assert [moment.values["number"] for moment in moments if moment.event == "attempt"] == [1, 10]


def test_an_entry_of_an_older_gateway_is_told() -> None:
    """It has a number of attempts and none of them: that is said, and nothing is made up."""
    moments = list(timeline(make_entry(attempts=1), "first"))
    assert [moment.values for moment in moments if moment.event == "unwritten"] == [{"count": 1}]
    assert not [moment for moment in moments if moment.event in ("attempt", "left_out")]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("words", [Words({}), Words(CHINESE)])
def test_every_outcome_is_told(outcome: Outcome, words: Words) -> None:
    """An entry of any kind, with much or with nothing in it, is told in both languages and as JSON."""
    for entry in (
        make_entry(outcome=outcome, model=None, model_answered=None),
        make_entry(outcome=outcome, replay_of="req_first", tries=TRIES),
    ):
        assert words.say(ENDINGS[outcome], status=200) in told(entry, words)
        assert as_object(Life(entry, "first", bill(entry, PRICES))).startswith("{")


def test_a_refusal_names_its_limit() -> None:
    """What was refused for want of room says where."""
    entry = make_entry(outcome=Outcome.REFUSED, limit_note="concurrent_requests of the organization", tries=(), status=429)
    assert "concurrent_requests of the organization had no room" in told(entry)


def test_what_a_policy_did_is_told() -> None:
    """What policies found and did stands after the admission, in the note's words."""
    entry = make_entry(policy_note="personal-data/email redact ×2")
    assert "policy: personal-data/email redact ×2" in told(entry)


def test_each_class_of_tokens_is_priced() -> None:
    """The lines add up to what was written, in whole nano-dollars."""
    entry = make_entry(cache_read_tokens=100, cache_write_5m_tokens=7, cache_write_1h_tokens=3)
    found = bill(entry, PRICES)
    assert found.nanousd == 10 * 5000 + 20 * 25_000 + 100 * 500 + 7 * 6250 + 3 * 10_000
    assert sum(said.nanousd or 0 for said in found.lines) == found.nanousd
    assert "50.000\t10 tokens of input × 5 USD a million" in told(entry)
    assert found.nanousd != entry.cost_nanousd
    assert "Computed anew it is 673.75 µ$; what was written, 440 µ$, counts" in told(entry)


def test_another_currency_is_converted() -> None:
    """Each class in the upstream's currency, and the sum in dollars at the rate that counts."""
    entry = make_entry(upstream="far", model_answered="deep", cost_nanousd=26_600)
    assert bill(entry, PRICES).nanousd == 26_600
    assert "23.800\t20 tokens of output × 8.5 CNY a million" in told(entry)
    assert "one CNY counts 0.14 dollars" in told(entry)
    assert not list(closing(entry, bill(entry, PRICES)))


def test_what_may_be_charged_twice_is_said() -> None:
    """An attempt that was lost and sent again is a line of its own, priced where it was lost, and the sum is what the meter wrote."""
    lost = Attempt("far", None, 1, "UpstreamTimeout", 0, "deep", Step.ELSEWHERE, Why.RESENT)
    usage, cost = PRICES.estimate(Candidate("far", "deep"), 4000, 4000, 1_764_000_000_000_000)
    assert cost is not None
    entry = make_entry(
        tries=(lost, TRIES[1]),
        upstream="b",
        prompt_characters=4000,
        prompt_bytes=4000,
        input_tokens=10 + usage.input_tokens,
        estimated=True,
        cost_nanousd=10 * 5000 + 20 * 25_000 + cost.nanousd,
    )
    assert bill(entry, PRICES).nanousd == entry.cost_nanousd
    assert "the upstream may have charged twice" in told(entry)
    assert f"its {usage.input_tokens} tokens of input may be charged too" in told(entry)
    assert "estimate" in told(entry)


def test_an_unknown_price_is_said() -> None:
    """No sum is made up where a price is missing."""
    entry = make_entry(upstream="far", model_answered="unlisted", cost_nanousd=None)
    assert bill(entry, PRICES).nanousd is None
    assert "no price is known of unlisted at far" in told(entry)
    assert list(closing(entry, Bill((), None))) == []
