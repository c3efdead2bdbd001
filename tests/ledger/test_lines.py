"""A journal's line is whole or it is nothing, whatever became of the bytes around it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.making import make_entry, make_opened
from yumen.ledger.lines import ENTRY, MAX_LINE_BYTES, OPENED, TORN, entry_line, opened_line, read_entry, read_opened, request_id, scan

LINES = [line for number in range(5) for line in (opened_line(make_opened(number)), entry_line(make_entry(number)))]
WHOLE = b"".join(LINES)
texts = st.text(st.characters(codec=None), max_size=600)


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
