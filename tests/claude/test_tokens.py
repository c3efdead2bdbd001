"""The offline estimate: right on what was calibrated, steady under concatenation, at home with any bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude.text_features import count_features
from yumen.claude.tokens import FRAMING_TOKENS, RunningEstimate, estimate_lengths, estimate_request, estimate_text

MODELS = ["claude-2", "claude-haiku-4-5", "claude-opus-5-5", None]
SEAM_TOKENS = 10
"""What two texts may differ from the sum of their estimates where they meet: a run that joins, a pair that forms, a rounding."""

texts = st.one_of(st.text(max_size=80), st.text(alphabet="aZ09 .\n\t玉かé🙂", max_size=200), st.binary(max_size=120))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("hello world", {"word_runs": 2, "letters_4": 2, "letters_8": 0}),
        ("internationalization", {"word_runs": 1, "letters_4": 5, "letters_8": 2}),
        ("camelCase HTTPServer", {"word_runs": 2, "camel": 1, "caps_pairs": 2}),
        ("1234567 89", {"digit_runs": 2, "digit_triples": 2, "digits": 9}),
        ("a... b!", {"punct_runs": 2, "punct_chars": 4}),
        ("a\nb\n\nc\r\nd", {"newline_runs": 3}),
        ("if x:\n    y  z\tw", {"indent_runs": 2, "tabs": 1}),
        ("玉门。あ한жאéß€Ａก🙂", {"cjk": 2, "kana_cjkpunct": 2, "hangul": 1, "cyr_greek": 1, "semitic": 1, "latin_ext": 2}),
        ("€Ａก🙂", {"sym_e2": 1, "fullwidth": 1, "indic_thai": 1, "emoji": 1, "word_runs": 0, "punct_chars": 0}),
    ],
)
def test_features(text: str, counts: dict[str, int]) -> None:
    """Each feature counts what its sentence says."""
    found = count_features(text.encode())._asdict()
    assert {name: found[name] for name in counts} == counts


@pytest.mark.parametrize(
    ("text", "model", "tokens"),
    [
        ("The quick brown fox jumps over the lazy dog.", "claude-2", 11),
        ("The quick brown fox jumps over the lazy dog.", "claude-haiku-4-5", 10),
        ("The quick brown fox jumps over the lazy dog.", "claude-opus-5-5", 14),
        ("春风不度玉门关", "claude-haiku-4-5", 7),
        ("春风不度玉门关", "claude-opus-5-5", 7),
        ("", "claude-opus-5-5", 1),
    ],
)
def test_known_texts(text: str, model: str, tokens: int) -> None:
    """An English sentence costs about a token a word and 1.2 to 1.5 times that from 4.7 on; Chinese a token a character on both."""
    assert abs(estimate_text(text, model) - tokens) <= 1


@pytest.mark.parametrize("model", ["a-name-of-my-own", None, "anthropic.claude-opus-5-5-v1:0"])
def test_an_unknown_model_counts_as_the_newest(model: str | None) -> None:
    """Where the vocabulary is not known, the estimate is on the high side."""
    assert estimate_text("some English words here", model) == estimate_text("some English words here", "claude-opus-5-5")


@given(texts, st.sampled_from(MODELS))
def test_at_least_one_for_any_bytes(text: str | bytes, model: str | None) -> None:
    """Any text, UTF-8 or not, has a whole, positive estimate, the same as text and as its bytes."""
    estimate = estimate_text(text, model)
    assert isinstance(estimate, int)
    assert estimate >= 1
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    assert estimate_text(data, model) == estimate


@given(st.text(max_size=150), st.text(max_size=150), st.sampled_from(MODELS))
def test_concatenation(first: str, second: str, model: str | None) -> None:
    """Two texts together cost what they cost apart, but for the seam: so the estimate grows with the text."""
    apart = estimate_text(first, model) + estimate_text(second, model)
    assert abs(estimate_text(first + second, model) - apart) <= SEAM_TOKENS


@given(texts, st.integers(2, 40))
def test_repetition_grows(text: str | bytes, times: int) -> None:
    """A text many times over never costs less than once."""
    assert estimate_text(text * times, None) >= estimate_text(text, None) - 1


@given(st.lists(st.text(max_size=30), max_size=30), st.sampled_from(MODELS))
def test_a_stream_costs_what_its_text_costs(pieces: list[str], model: str | None) -> None:
    """However a short text was cut, the running estimate is that of the whole; without text it is zero."""
    running = RunningEstimate(model)
    for piece in pieces:
        running.add(piece)
    whole = "".join(pieces)
    assert running.tokens() in ({0} if not whole else {estimate_text(whole, model), 0})
    assert running.tokens() == running.tokens()


def test_a_long_stream_stays_near_its_text() -> None:
    """Folding the pieces now and then costs no more than a seam for each fold."""
    text = "The gate opens at dawn; permits are shown, tolls are paid. " * 2_000
    running = RunningEstimate("claude-opus-5-5")
    for start in range(0, len(text), 5):
        running.add(text[start : start + 5])
    assert running.tokens() == pytest.approx(estimate_text(text, "claude-opus-5-5"), rel=0.01)


def test_a_request_has_framing() -> None:
    """A request costs its texts and seven tokens; without text, eight."""
    assert estimate_request([], None) == FRAMING_TOKENS + 1
    assert estimate_request(["春风", "不度"], "claude-2") == FRAMING_TOKENS + 4


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_lengths_are_never_refused(characters: int, bytes_: int) -> None:
    """Any two lengths, even impossible ones, give a positive whole number."""
    assert estimate_lengths(characters, bytes_) >= 1


@pytest.mark.parametrize("line", ["The caravan rests at the spring before the gate opens again. ", "春风不度玉门关,羌笛何须怨杨柳。"])
def test_lengths_are_near_the_text(line: str) -> None:
    """From lengths alone the estimate is within half of the newest vocabulary's."""
    text = line * 40
    rough = estimate_lengths(len(text), len(text.encode()))
    assert rough == pytest.approx(estimate_text(text, "claude-opus-5-5"), rel=0.5)
