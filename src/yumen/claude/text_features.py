"""Count what an estimate of tokens is made of, with `bytes.translate` and `bytes.count` alone: no expression, no loop over bytes."""

from __future__ import annotations

import string
from typing import NamedTuple

# Each byte is first turned into one that stands for its class; wide classes go by the lead byte of UTF-8.
_LOWER, _UPPER, _DIGIT, _SPACE, _TAB, _LINE_END, _PUNCTUATION = b"a", b"A", b"0", b" ", b"\t", b"\n", b"."
_CONTINUATION = bytes(range(0x80, 0xC0))
_WIDE_CLASSES = (
    (0xC0, 0xCF, b"L"),  # Latin extended
    (0xD0, 0xD3, b"Y"),  # Cyrillic and Greek
    (0xD4, 0xDF, b"S"),  # Hebrew and Arabic
    (0xE0, 0xE1, b"I"),  # Indic and Thai
    (0xE2, 0xE2, b"M"),  # symbols
    (0xE3, 0xE3, b"K"),  # kana and CJK punctuation
    (0xE4, 0xE9, b"C"),  # CJK
    (0xEA, 0xEE, b"H"),  # hangul; EE, a private area, has no class of its own
    (0xEF, 0xEF, b"F"),  # full width
    (0xF0, 0xFF, b"E"),  # emoji and all else above the basic plane
)
_WIDE_ORDER = (b"C", b"K", b"H", b"Y", b"S", b"L", b"M", b"F", b"I", b"E")


class TextFeatures(NamedTuple):
    """The counts, in the order of the coefficients."""

    word_runs: int
    letters_4: int
    letters_8: int
    camel: int
    caps_pairs: int
    digit_runs: int
    digit_triples: int
    digits: int
    punct_runs: int
    punct_chars: int
    newline_runs: int
    indent_runs: int
    tabs: int
    cjk: int = 0
    kana_cjkpunct: int = 0
    hangul: int = 0
    cyr_greek: int = 0
    semitic: int = 0
    latin_ext: int = 0
    sym_e2: int = 0
    fullwidth: int = 0
    indic_thai: int = 0
    emoji: int = 0


def _class_table() -> bytes:
    """Return the table that maps each byte to its class."""
    table = bytearray(_PUNCTUATION * 0x100)
    for characters, kind in (
        (string.ascii_lowercase, _LOWER),
        (string.ascii_uppercase, _UPPER),
        (string.digits, _DIGIT),
        (" ", _SPACE),
        ("\t", _TAB),
        ("\r\n", _LINE_END),
    ):
        for byte in characters.encode():
            table[byte : byte + 1] = kind
    for first, last, kind in _WIDE_CLASSES:
        table[first : last + 1] = kind * (last + 1 - first)
    return bytes(table)


def _mask(*classes: bytes) -> bytes:
    """Return the table over classes that turns the given ones into `x`, a space into itself, and all others into `-`."""
    table = bytearray(b"-" * 0x100)
    table[ord(_SPACE)] = ord(_SPACE)
    for kind in classes:
        table[ord(kind)] = ord("x")
    return bytes(table)


_CLASSES = _class_table()
_LETTER_MASK = _mask(_LOWER, _UPPER).replace(_SPACE, b"-")
_DIGIT_MASK = _mask(_DIGIT).replace(_SPACE, b"-")
_PUNCTUATION_MASK = _mask(_PUNCTUATION).replace(_SPACE, b"-")
_BEFORE_INDENT_MASK = _mask(_LINE_END, _LOWER, _UPPER, _DIGIT, _PUNCTUATION)


def count_features(text: bytes) -> TextFeatures:
    """Count the features of UTF-8 text; bytes that are not UTF-8 are counted as the nearest class and never refused."""
    ascii_only = text.isascii()
    classes = text.translate(_CLASSES) if ascii_only else text.translate(_CLASSES, _CONTINUATION)
    letters = classes.translate(_LETTER_MASK)
    wide = () if ascii_only else map(classes.count, _WIDE_ORDER)
    return TextFeatures(
        _runs(letters),
        letters.count(b"xxxx"),
        letters.count(b"xxxxxxxx"),
        classes.count(_LOWER + _UPPER),
        classes.count(_UPPER * 2),
        _runs(classes.translate(_DIGIT_MASK)),
        classes.count(_DIGIT * 3),
        classes.count(_DIGIT),
        _runs(classes.translate(_PUNCTUATION_MASK)),
        classes.count(_PUNCTUATION),
        classes.count(_LINE_END) - classes.count(_LINE_END * 2),
        classes.translate(_BEFORE_INDENT_MASK).count(b"x  "),
        classes.count(_TAB),
        *wide,
    )


def _runs(mask: bytes) -> int:
    """Return how many runs of `x` the mask has."""
    return mask.count(b"-x") + mask.startswith(b"x")
