"""China's mobile telephone numbers: eleven digits with a prefix that is in use; they have no check digit."""

from __future__ import annotations

import re

from yumen.policy.recognisers.begun import Begun
from yumen.policy.recognisers.characters import (
    AFTER,
    BETWEEN,
    DIGIT,
    DIGITS,
    GAP,
    JOINT,
    LETTERS,
    LONGEST_GAP,
    SPACES,
    UNSEEN,
    UNSEEN_GAP,
    WORD,
    in_columns,
    plain,
    shape,
)
from yumen.policy.recognisers.residents import is_date

_PREFIX = re.compile(r"13\d|14[5-9]|15[0-35-9]|16[2567]|17[0-8]|18\d|19[0-35-9]")
"""The numbers that people have; 140, 141 and 144 belong to machines and are longer."""
_OPEN, _CLOSE = "[(\uff08]", "[)\uff09]"
_THREE = rf"{_OPEN}{DIGIT}{{3}}{_CLOSE}|{DIGIT}{GAP}{DIGIT}{GAP}{DIGIT}"
_MOBILE = re.compile(rf"(?:{_THREE})(?:{GAP}{DIGIT}){{8}}{AFTER}")
_USUAL = re.compile(r"0{11}|0{3}([-. ])0{4}(?:\1)0{4}|0{4}([-. ])0{3}(?:\2)0{4}")
"""The shapes in which a number may stand beside others."""
_SELDOM = re.compile(
    r"(?:0{3}[ \n]{1,2}0{4}|0{4}[ \n]{1,2}0{3})[ \n]{1,2}0{4}|"
    r"(?:0{3}[ \n]?-[ \n]?0{4}|0{4}[ \n]?-[ \n]?0{3})[ \n]?-[ \n]?0{4}|"
    r"0{3}[- ]0{8}|\(0{3}\)[- ]?0{4}[- ]?0{4}|0{3}/0{4}/0{4}"
)
"""The shapes that count only where nothing beside them says otherwise: those with spaces, where no other digits are: tables have them."""
_BEHIND_COUNTRY = re.compile(rf"(?<!{WORD})(?:[+\uff0b]|00|\uff10\uff10)?(?:86|\uff18\uff16){_CLOSE}?{GAP}\Z")
_STANDS_ALONE = re.compile(rf"(?:(?<!{WORD})(?<!{DIGIT}{JOINT})|(?<![{DIGITS}_])(?={_OPEN}))")
_BLANKS = f"[{SPACES}{UNSEEN}\t\r\n]{{1,{LONGEST_GAP}}}"
_GROUP_BEFORE, _GROUP_BEHIND = re.compile(rf"{DIGIT}{_BLANKS}\Z"), re.compile(_BLANKS + DIGIT)
_PATH_BEFORE, _PATH_BEHIND = re.compile(r"/\Z"), re.compile(r"/|\.[A-Za-z]")
_NO_BRACKETS = str.maketrans("", "", "()\uff08\uff09")
_COUNTRY_CHARACTERS = 10


def is_mobile(number: str) -> bool:
    """Tell whether eleven digits begin with a prefix that is in use, and are not 2 to the power of 34, which programs hold."""
    return _PREFIX.match(number) is not None and number != "17179869184"


def _mobile(text: str, start: int) -> int:
    match = _MOBILE.match(text, start)
    if not match or not is_mobile(plain(match[0]).translate(_NO_BRACKETS)):
        return 0
    country = _BEHIND_COUNTRY.search(text, max(0, start - _COUNTRY_CHARACTERS), start) is not None
    if not country and not _STANDS_ALONE.match(text, start):
        return 0
    return match.end() if is_written_so(text, start, match.end(), country=country) else 0


def is_written_so(text: str, start: int, end: int, *, country: bool) -> bool:
    """Tell whether digits are put down as a mobile number's are, and not as a day behind a number, a path's parts or a table's columns."""
    written = text[start:end]
    seen = shape(written)
    if _USUAL.fullmatch(seen):
        return True
    if not _SELDOM.fullmatch(seen) or seen.count("\n") > 1 or (seen.endswith("0" * 8) and is_date(plain(written)[3:])):
        return False
    if "/" in seen and (_PATH_BEFORE.search(text, max(0, start - 1), start) or _PATH_BEHIND.match(text, end)):
        return False
    if not seen.strip("0 \n"):
        before = not country and _GROUP_BEFORE.search(text, max(0, start - LONGEST_GAP - 1), start)
        return not before and not _GROUP_BEHIND.match(text, end) and not in_columns(text, start, end)
    return True


_NOT_86 = r"(?<![0-57-9\uff10-\uff15\uff17-\uff19_].)"
_NOT_LATIN = f"(?<![{LETTERS}].)"
_SECOND = "[3-9\uff13-\uff19]"
MOBILE = Begun(
    name="cn_mobile",
    reach=11 + 11 * LONGEST_GAP + 2,
    context=_COUNTRY_CHARACTERS + 2,
    hint=rf"{DIGIT}{GAP}{DIGIT}{GAP}{DIGIT}{_CLOSE}?(?:{GAP}{DIGIT}){{8}}",
    opening=re.compile(
        rf"[1\uff11(\uff08]{_NOT_86}"
        rf"(?:(?<=[1\uff11]){_NOT_LATIN}(?={UNSEEN_GAP}{_SECOND}[{DIGITS}{re.escape(BETWEEN)}]{{9}})|(?<={_OPEN})(?=[1\uff11]{_SECOND}{DIGIT}{_CLOSE}))"
    ),
    judge=_mobile,
    held=DIGITS + BETWEEN + "()\uff08\uff09",
    begun=re.compile(
        rf"[1\uff11]{_NOT_86}{_NOT_LATIN}(?:{GAP}{DIGIT}){{0,10}}{GAP}\Z|"
        rf"{_OPEN}{_NOT_86}(?:\Z|[1\uff11](?:{_SECOND}?\Z|{_SECOND}{DIGIT}(?:\Z|{_CLOSE}(?:{GAP}{DIGIT}){{0,8}}{GAP}\Z)))"
    ),
)
