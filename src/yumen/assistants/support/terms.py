"""What a text is found by: words, and of Chinese, which has no spaces between them, every two neighbouring characters."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
IS_CJK = re.compile(f"[{CJK}]")
ENGLISH_EMPTY = frozenset(
    re.findall(
        "[a-z]+",
        "a about am an and any are as at be been but by can could did do does for from get had has have hello help hi how i if in "
        "into is it its may me might must my no not of on or our please shall should so some tell than thank thanks that the "
        "their them then there these they this to us want was we were what when where which who why will with would you your",
    )
)
"""English words that a question holds whatever it asks about."""
CHINESE_EMPTY = re.compile(
    "请问|你好|您好|谢谢|多谢|怎么样|怎么办|怎么|怎样|如何|什么|为什么|为何|可以|能不能|可不可以|能否|是否|是不是|有没有|多少|多久|多长|哪里|哪些|哪个|几个"
    "|几|我们|你们|您们|他们|我|你|您|吗|呢|吧|啊|的|了|是|在|和|与|或|及|就|都|也|还|要|想|会|能|把|被|给|让|请|一下|一个"
)
"""The same of Chinese. The longer ones stand first."""
CHINESE_WORD = 2
LEANING = re.compile(r"^\W*(and|but|what about|how about)\b|\b(it|that|this|those|them|these|there)\b|^\W*(那|这|它|然后)|呢\W*$")


def indexed(text: str) -> str:
    """Return a text as it goes into the index: its terms with spaces between."""
    return " ".join(ends(terms(normal(text))))


def asked(question: str) -> list[str]:
    """Return the terms of a question, each once, without what says nothing; none of a mere greeting."""
    plain = CHINESE_EMPTY.sub(" ", normal(question))
    return list(dict.fromkeys(term for term in terms(plain) if term not in ENGLISH_EMPTY))


def leans_back(question: str) -> bool:
    """Whether a question can only be understood by the one before it. `And how long does it take?` leans on what was asked about before."""
    return LEANING.search(normal(question)) is not None


def normal(text: str) -> str:
    """Return a text with full-width letters and digits as plain ones, in lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> Iterator[str]:
    """Yield the words of a normal text, and of each run of Chinese the pairs; a character that stands alone is a term itself."""
    for run in RUN.findall(text):
        if len(run) < CHINESE_WORD or not is_chinese(run):
            yield run
        else:
            yield from (run[place : place + CHINESE_WORD] for place in range(len(run) - 1))


def ends(found: Iterator[str]) -> Iterator[str]:
    """Yield terms, and the second character of each pair too where no pair begins with it: so every character begins some term."""
    last = ""
    for term in (*found, ""):
        if len(last) == CHINESE_WORD and is_chinese(last) and term[:1] != last[1]:
            yield last[1]
        if term:
            yield term
        last = term


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese (Japanese, Korean) character in a text."""
    return IS_CJK.search(text) is not None
