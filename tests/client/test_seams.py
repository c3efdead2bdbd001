"""Two pieces of one answer: wherever it was cut, and however much the second repeats, the whole is what was meant."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from yumen.client.seams import SEAM_AT_LEAST, TAIL_CHARACTERS, going_on, joined, shared_characters, tail_of

TEXT = st.text(st.sampled_from("ab c\n。玉门é<"), min_size=1, max_size=300)


def around(text: str) -> str:
    """A text without the white space that a model may put otherwise where it was cut."""
    return text.rstrip()


@given(TEXT, TEXT)
def test_a_piece_that_begins_with_the_tail_is_joined_without_a_seam(first: str, second: str) -> None:
    """A model that repeats the last characters, as it is asked to, loses and doubles nothing, wherever the cut was."""
    assume(first.strip() and not second[:1].isspace())
    tail = tail_of(first)
    kept = first[len(around(first)) :]
    assert joined(first, tail + kept + second, prefill=False) == first + second
    assert joined(first, f"\n<tail>{tail}</tail>{kept}{second}", prefill=False) == first + second


@given(TEXT, TEXT)
def test_with_prefill_the_piece_follows_on_what_was_sent(first: str, second: str) -> None:
    """Claude takes no white space at a prefill's end, and makes its own where it stood."""
    assume(first.strip() and not second[:1].isspace())
    sent = going_on([], first, prefill=True)[-1]["content"]
    kept = first[len(sent) :]
    assert sent == around(first)
    assert joined(first, kept + second, prefill=True) == first + second
    assert joined(first, second, prefill=True) == first + second


@given(st.integers(60, 300).map(lambda length: "".join(map(chr, range(0x4E00, 0x4E00 + length)))), st.data())
def test_any_overlap_is_removed_once(whole: str, data: st.DataObject) -> None:
    """Where a model repeats another stretch than it was asked for, the longest that both share stands in the whole once."""
    cut = data.draw(st.integers(20, len(whole)))
    overlap = data.draw(st.sampled_from([0, *range(SEAM_AT_LEAST, cut + 1)]))
    assert joined(whole[:cut], whole[cut - overlap :], prefill=False) == whole


@given(TEXT, TEXT)
def test_the_longest_shared_stretch_is_found(first: str, second: str) -> None:
    """As a search that tries them all finds it."""
    slow = max(length for length in range(min(len(first), len(second)) + 1) if first.endswith(second[:length]))
    assert shared_characters(first, second) == slow


def test_an_answer_that_began_anew_takes_the_pieces_place() -> None:
    """What a model says from the beginning is not said twice."""
    assert joined("One, two, th", "One, two, three.", prefill=False) == "One, two, three."


def test_what_is_asked_for() -> None:
    """The answer so far as the assistant's, then the user's word with its last characters, of which a word is not cut."""
    first = "word " * 40 + "the end is he"
    *_, said, asked = going_on([{"role": "user", "content": "q"}], first, prefill=False)
    assert said == {"role": "assistant", "content": first}
    assert asked["content"].endswith(f"<tail>{tail_of(first)}</tail>")
    assert tail_of(first).startswith("word ")
    assert len(tail_of(first)) <= TAIL_CHARACTERS
