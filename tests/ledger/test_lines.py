"""A journal's line is whole or it is nothing, whatever became of the bytes around it."""

from zlib import crc32

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.making import make_entry, make_opened
from yumen.exchange.values import Attempt, Step, Why
from yumen.ledger.entry import COLUMNS, Entry, Times
from yumen.ledger.lines import (
    ENTRY,
    LEFT_OUT,
    MAX_LINE_BYTES,
    OPENED,
    TORN,
    entry_line,
    opened_line,
    read_entry,
    read_opened,
    request_id,
    scan,
)

LINES = [line for number in range(5) for line in (opened_line(make_opened(number)), entry_line(make_entry(number)))]
WHOLE = b"".join(LINES)
texts = st.text(st.characters(codec=None), max_size=600)
FIELDS = Entry.__annotations__
TEXTS = [name for name, kind in FIELDS.items() if kind in {"str", "str | None"} and name not in {"request_id", "replay_of"}]
"""Every text of an entry, but the ids that are the gateway's own."""
COUNTS = [name for name, kind in FIELDS.items() if kind in {"int", "int | None"} and name not in {"status", "attempts"}]


def found(data: bytes) -> list[bytes]:
    """The whole lines in some bytes, as they were written."""
    return [data[: line.end].splitlines(keepends=True)[-1].lstrip(b"\0") for line in scan(data) if line.tag != TORN]


def test_what_is_written_is_read() -> None:
    """Every line comes out as it went in, in order, with where it ends."""
    lines = list(scan(WHOLE + bytes(100)))
    assert [line.tag for line in lines] == [OPENED, ENTRY] * 5
    assert [read_opened(line.payload) for line in lines[::2]] == [make_opened(number) for number in range(5)]
    assert [read_entry(line) for line in lines[1::2]] == [make_entry(number) for number in range(5)]
    assert lines[-1].end == len(WHOLE)
    assert request_id(lines[-1].payload) == make_entry(4).request_id


@given(st.integers(0, len(WHOLE)))
def test_a_cut_costs_the_line_that_it_cuts(cut: int) -> None:
    """A file that ends anywhere gives every line before that and no other."""
    assert found(WHOLE[:cut] + bytes(50)) == [line for number, line in enumerate(LINES) if sum(map(len, LINES[: number + 1])) <= cut]


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_costs_its_own_line_alone(place: int, change: int) -> None:
    """Whatever byte changes, no wrong line comes out, and at most two right ones are missing (a line end joins two)."""
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    lines = found(bytes(damaged))
    assert set(lines) <= set(LINES)
    assert len(lines) >= len(LINES) - 2


@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.binary(max_size=40)), max_size=4))
def test_rubbish_between_lines_is_passed_over(insertions: list[tuple[int, bytes]]) -> None:
    """Bytes of any kind in any place bring no wrong line and lose none that they do not touch."""
    data, touched = WHOLE, len(insertions)
    for place, rubbish in sorted(insertions, reverse=True):
        data = data[:place] + rubbish + data[place:]
    lines = found(data)
    assert set(lines) <= set(LINES)
    assert len(lines) >= len(LINES) - 2 * touched


@given(st.binary(max_size=300))
def test_rubbish_alone_gives_no_line(data: bytes) -> None:
    """Arbitrary bytes are never taken for a line."""
    assert not found(data)


@given(texts, texts, texts)
def test_every_line_fits(path: str, model: str, agent: str) -> None:
    """Whatever text a caller sends, lone surrogates and escapes included, the line is bounded and readable."""
    entry = make_entry(path=path, model=model, model_answered=model, user_agent=agent, stop_reason=agent, inference_geo=path)
    opened = make_opened(path=path, model=model)
    for line in (entry_line(entry), opened_line(opened)):
        assert len(line) <= MAX_LINE_BYTES
        (read,) = scan(line)
        assert read.tag != TORN
        assert request_id(read.payload) == entry.request_id
        assert read.tag == OPENED or read_entry(read) is not None


attempts = st.builds(
    Attempt,
    upstream=texts,
    status=st.none() | st.integers(100, 599),
    duration_us=st.integers(0, 10**12),
    fault=st.none() | texts,
    begun_us=st.integers(0, 10**12),
    model=st.none() | texts,
    step=st.sampled_from(Step),
    why=st.sampled_from(Why),
    wait_us=st.integers(0, 10**12),
)


@given(st.lists(attempts, min_size=2, max_size=10), texts)
def test_ten_attempts_always_fit(tries: list[Attempt], text: str) -> None:
    """However long the names of upstreams, models and faults are, the first attempt and the last one are in the line."""
    long = dict.fromkeys(TEXTS, text)
    entry = make_entry(tries=tuple(tries), attempts=len(tries), **(long | dict.fromkeys(COUNTS, 10**15)))
    line = entry_line(entry)
    assert len(line) <= MAX_LINE_BYTES
    (read,) = map(read_entry, scan(line))
    assert read is not None
    assert (read.attempts, len(read.tries) <= len(tries)) == (len(tries), True)
    for written, made in ((read.tries[0], tries[0]), (read.tries[-1], tries[-1])):
        assert (written.status, written.begun_us, written.step, written.why) == (made.status, made.begun_us, made.step, made.why)
    assert all(each.upstream or each == LEFT_OUT or not tries[at].upstream for at, each in enumerate(read.tries))


def test_ten_attempts_of_usual_names_are_all_there() -> None:
    """Nothing is left out or cut where names are as names are."""
    one = Attempt("bedrock-frankfurt", 529, 123_456, None, 1_234_567, "eu.anthropic.claude-opus-5-v1:0", Step.ELSEWHERE, Why.BUSY, 340_000)
    entry = make_entry(tries=(one,) * 10, attempts=10)
    (read,) = map(read_entry, scan(entry_line(entry)))
    assert read == entry


def test_attempts_in_the_middle_are_left_out_first() -> None:
    """Where they do not fit, one with an empty name stands for those left out, after the first; the last ones stay."""
    tries = tuple(Attempt(f"{at}" * 300, 529, at, f"{at}" * 300, at, f"{at}" * 300, Step.AGAIN, Why.BUSY, 1) for at in range(10))
    entry = make_entry(tries=tries, attempts=10, **dict.fromkeys(TEXTS, "x" * 100))
    (read,) = map(read_entry, scan(entry_line(entry)))
    assert read is not None
    assert (read.tries[0].upstream, read.tries[1]) == ("0" * 24, LEFT_OUT)
    assert [each.duration_us for each in read.tries[2:]] == list(range(12 - len(read.tries), 10))
    assert len(read.tries) >= 3


def test_the_longest_entry_has_its_first_and_its_last_attempt() -> None:
    """With every text and every number as long as can be, these two and the mark between them still fit."""
    one = Attempt("u" * 99, 529, 10**12, "f" * 99, 10**12, "m" * 99, Step.ELSEWHERE, Why.REFUSED_CREDENTIAL, 10**12)
    times = Times(10**12, 10**12, 10**12, 10**12)
    entry = make_entry(tries=(one,) * 10, times=times, **(dict.fromkeys(TEXTS, "x" * 999) | dict.fromkeys(COUNTS, 10**15)))
    line = entry_line(entry)
    (read,) = map(read_entry, scan(line))
    assert len(line) <= MAX_LINE_BYTES
    assert read is not None
    assert read.tries[1] == LEFT_OUT
    assert read.tries[-1].duration_us == 10**12


def test_an_opening_with_many_attempts_fits() -> None:
    """It keeps those before it as an entry does: the first, the last ones, and a mark between them."""
    tries = tuple(Attempt("u" * 99, 529, at, "f" * 99, 10**12, "m" * 99, Step.ELSEWHERE, Why.RESENT, 10**12) for at in range(40))
    line = opened_line(make_opened(tries=tries, path="/" + "x" * 255))
    (found,) = scan(line)
    read = read_opened(found.payload)
    assert len(line) <= MAX_LINE_BYTES
    assert (read.tries[0].duration_us, read.tries[1], read.tries[-1].duration_us) == (0, LEFT_OUT, 39)
    few = make_opened(tries=tries[:2])
    (found,) = scan(opened_line(few))
    assert read_opened(found.payload) == few


def test_what_an_earlier_version_wrote_is_read() -> None:
    """A line without the fields that came later gives an entry with their defaults."""
    entry = make_entry()
    payload = msgspec.json.encode(msgspec.json.decode(entry_line(entry)[10:])[: COLUMNS.index("tries")])
    (read,) = map(read_entry, scan(b"E%08x %b\n" % (crc32(payload, ENTRY), payload)))
    assert read == entry
    assert (read.tries, read.times, read.replay_of) == ((), Times(), None)


def test_identifiers_survive_the_cutting() -> None:
    """What is cut down in a line that is too long is never an identifier."""
    entry = make_entry(path="\0" * 5000)
    (line,) = scan(entry_line(entry))
    read = read_entry(line)
    assert read is not None
    assert (read.request_id, read.key_id, read.cost_nanousd) == (entry.request_id, entry.key_id, entry.cost_nanousd)
    assert read.path == "?" * 48


def test_a_line_of_a_newer_program_is_passed_over() -> None:
    """A whole line with a word that this program does not know is no entry, and no crash."""
    entry = entry_line(make_entry(outcome="unheard_of"))
    (line,) = scan(entry)
    assert line.tag == ENTRY
    assert read_entry(line) is None
