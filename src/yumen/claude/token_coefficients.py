"""How many tokens each feature of a text is worth: a calibration against count_tokens, one table for each vocabulary."""

from __future__ import annotations

import msgspec


class Coefficients(msgspec.Struct, frozen=True):
    """Tokens for one occurrence of each feature; `tokens.py` counts the features in this order."""

    word_runs: float
    """A run of ASCII letters."""
    letters_4: float
    """Four letters inside a run."""
    letters_8: float
    """Eight letters inside a run."""
    camel: float
    """A lower-case letter before a capital."""
    caps_pairs: float
    """Two capitals."""
    digit_runs: float
    digit_triples: float
    digits: float
    punct_runs: float
    punct_chars: float
    newline_runs: float
    """A line end, or a pair of them."""
    indent_runs: float
    """The start of two or more spaces after a line end, letter, digit or punctuation."""
    tabs: float
    cjk: float
    kana_cjkpunct: float
    hangul: float
    cyr_greek: float
    semitic: float
    latin_ext: float
    sym_e2: float
    fullwidth: float
    indic_thai: float
    emoji: float


CLAUDE_2 = Coefficients(
    word_runs=1.0828,
    letters_4=0.0878,
    letters_8=0.2034,
    camel=1.643,
    caps_pairs=0.2169,
    digit_runs=1.2827,
    digit_triples=0.0178,
    digits=0.0291,
    punct_runs=0.7826,
    punct_chars=0.087,
    newline_runs=1.0284,
    indent_runs=0.0,
    tabs=0.6778,
    cjk=0.9999,
    kana_cjkpunct=0.9474,
    hangul=1.4191,
    cyr_greek=0.6118,
    semitic=1.0694,
    latin_ext=1.2775,
    sym_e2=1.4794,
    fullwidth=2.7845,
    indic_thai=1.5732,
    emoji=2.7923,
)

CLAUDE_3 = Coefficients(
    word_runs=0.9835,
    letters_4=0.0472,
    letters_8=1.0224,
    camel=1.7695,
    caps_pairs=0.4062,
    digit_runs=0.9903,
    digit_triples=0.0918,
    digits=0.2664,
    punct_runs=0.5761,
    punct_chars=0.3098,
    newline_runs=1.2561,
    indent_runs=0.057,
    tabs=0.7507,
    cjk=0.9801,
    kana_cjkpunct=0.8961,
    hangul=1.3993,
    cyr_greek=0.5998,
    semitic=0.8669,
    latin_ext=1.2964,
    sym_e2=3.0876,
    fullwidth=2.7479,
    indic_thai=1.5624,
    emoji=2.4585,
)

_LETTERS_FACTOR_4_7 = 1.5

CLAUDE_4_7 = msgspec.structs.replace(
    CLAUDE_3,
    word_runs=CLAUDE_3.word_runs * _LETTERS_FACTOR_4_7,
    letters_4=CLAUDE_3.letters_4 * _LETTERS_FACTOR_4_7,
    letters_8=CLAUDE_3.letters_8 * _LETTERS_FACTOR_4_7,
    camel=CLAUDE_3.camel * _LETTERS_FACTOR_4_7,
    caps_pairs=CLAUDE_3.caps_pairs * _LETTERS_FACTOR_4_7,
)
"""Claude 4.7 and later: letters cost half as much again, everything else the same."""
