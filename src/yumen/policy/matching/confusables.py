"""What one character stands for once width, case, script, decoration and the traditional form are taken from it."""

from __future__ import annotations

import re
import unicodedata

from yumen.policy.matching.traditional import SIMPLIFIED

SOFT = frozenset("-_*~|/\\·•‐‑‒–−・∙⋅●‧･\u2800")  # noqa: RUF001  (the look-alikes are what this is about)
"""Signs that part letters without saying anything: each counts as a space."""
MARKS = tuple(
    range(first, beyond)
    for first, beyond in (
        (0x300, 0x370),
        (0x1AB0, 0x1B00),
        (0x1DC0, 0x1E00),
        (0x20D0, 0x2100),
        (0xFE00, 0xFE10),
        (0xFE20, 0xFE30),
        (0xE0100, 0xE01F0),
    )
)
"""Combining marks that decorate a letter, variation selectors. Tags are format characters."""
EMPTY = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0})
"""Characters that show nothing and that Unicode does not count as format characters."""
IDEOGRAPHS = range(0x3400, 0xA000)
"""What stands for itself or for the simplified character, so that Chinese is quick."""
SURROGATES = range(0xD800, 0xE000)
REPLACEMENT = 0xFFFD
ALPHABETS = range(0x0530)
"""Latin, Greek and Cyrillic letters, whose marks are taken off."""
LONGEST = 4
"""Characters that one may become (㏂ is "a.m."); what becomes more stays as it is."""

# In lower case: the letters that readers take for Latin ones, and the signs that stand for an ASCII one.
CYRILLIC = "аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd һh ԛq ԝw ӏl ѵv єe"  # noqa: RUF001
GREEK = "αa βb γy εe ηn ιi κk νv οo ρp τt υu χx ωw ϲc ϳj"  # noqa: RUF001
QUOTES = "’' ‘' ʼ' ʻ' `' ꞌ' “\" ”\" „\" «\" »\""  # noqa: RUF001
ALIKE = {ord(pair[0]): pair[1] for pair in f"{CYRILLIC} {GREEK} {QUOTES}".split()}
LATIN_NAME = re.compile(
    r"LATIN (?:SMALL LETTER|CAPITAL LETTER|LETTER SMALL CAPITAL) (?:SCRIPT |DOTLESS |OPEN )?([A-Z])(?: WITH .*)?|LATIN SMALL LETTER ALPHA"
)
FRAMED_NAME = re.compile(
    r"(?:(?:NEGATIVE |CROSSED NEGATIVE )(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])"
)


def meaning(code: int) -> int | str | None:
    """Return what stands for a character in normal text: one character's number, up to four characters, or None where it says nothing."""
    if code in IDEOGRAPHS:
        return SIMPLIFIED.get(code, code)
    if code in SURROGATES:
        return REPLACEMENT
    made = folded(chr(code))
    return ord(made) if len(made) == 1 else made or None


def folded(character: str) -> str:
    """Return a character's normal form."""
    if character.isspace():
        return " "
    if silent(character):
        return ""
    wide = unicodedata.normalize("NFKC", character).casefold()
    if len(wide) > LONGEST:
        return character
    return "".join(plain(one) for one in wide)


def silent(character: str) -> bool:
    """Return whether a character shows nothing, or only decorates the one before."""
    code = ord(character)
    return unicodedata.category(character) in ("Cf", "Cc") or code in EMPTY or any(code in block for block in MARKS)


def plain(character: str) -> str:
    """Return the letter, digit or sign that a character in its compatible form is read as."""
    if character in SOFT or character.isspace():
        return " "
    if character.isascii():
        return character
    if silent(character):
        return ""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if ord(character) in IDEOGRAPHS:
        return chr(SIMPLIFIED.get(ord(character), ord(character)))
    return latin(undecorated(character).translate(ALIKE))


def undecorated(character: str) -> str:
    """Take the marks from a Latin, Greek or Cyrillic letter; other scripts spell with theirs."""
    parts = unicodedata.normalize("NFKD", character)
    return parts[0] if ord(parts[0]) in ALPHABETS and len(parts) <= LONGEST else character


def latin(character: str) -> str:
    """Return the letter of the alphabet that a stranger form of it shows."""
    if character.isascii():
        return character
    name = unicodedata.name(character, "")
    found = LATIN_NAME.fullmatch(name) or FRAMED_NAME.fullmatch(name)
    if found is None:
        return character
    return (found[1] or "a").lower()
