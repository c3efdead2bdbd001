"""Escapes within a text hide nothing: it is read without them too, and what is found there is found where it was written."""

from __future__ import annotations

import random
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.policy.escapes import Escapes, unescaped
from yumen.policy.values import Hit

TEXTS = st.text(st.sampled_from("ab@ 你é😀\n"), max_size=8)


def disguised(text: str, chance: random.Random, *, url: bool) -> list[str]:
    """Each character as somebody may write it."""
    pieces = []
    for each in text:
        units = each.encode("utf-16-be")
        escape = "".join("\\" * chance.choice((1, 2, 3)) + f"u{units[at]:02X}{units[at + 1]:02x}" for at in range(0, len(units), 2))
        pieces.append(chance.choice([each, escape, *([quote(each, safe="")] if url else [])]))
    return pieces


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(Escapes), st.randoms(use_true_random=False))
def test_a_text_is_read_without_its_escapes_and_every_place_is_known(text: str, escapes: Escapes, chance: random.Random) -> None:
    """Any character in any form, side by side; each stretch is found again as it was written."""
    pieces = disguised(text, chance, url=escapes is Escapes.URL)
    written = "".join(pieces)
    plain = unescaped(written, escapes)
    if plain is None:
        assert written == text
        return
    assert plain.text == text
    start = chance.randint(0, len(text))
    end = chance.randint(start, len(text))
    (moved,) = plain.moved([Hit(start, end, "word", 0)])
    assert written[moved.start : moved.end] == "".join(pieces[start:end])


def test_what_is_no_escape_stays() -> None:
    """Paths, formulas, percentages."""
    for text in ("C:\\users\\u12", "\\upsilon", "100 %", "%zz", "%ff"):
        assert unescaped(text, Escapes.URL) is None
    assert unescaped("alice%40example.com", Escapes.JSON) is None
