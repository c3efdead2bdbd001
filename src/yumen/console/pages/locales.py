"""The two languages of the console: which one a browser asks for, and how it writes numbers, money, times and sizes (CLDR, by Babel)."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale as Cldr
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent

from yumen.words import Words
from yumen.words.chinese import CHINESE
from yumen.words.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENGLISH = "en"
SIMPLIFIED = "zh"
LANGUAGES = {ENGLISH: "English", SIMPLIFIED: "中文"}
TAGS = {ENGLISH: "en", SIMPLIFIED: "zh-CN"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NANO = Decimal(1_000_000_000)
US_PER_MS = 1000
US_PER_S = 1_000_000
CENT = Decimal("0.01")


class Locale:
    """One language: its words and its ways to write."""

    def __init__(self, language: str) -> None:
        """Speak `en` or `zh`."""
        self.language = language
        self.tag = TAGS[language]
        """As `lang` of a page has it."""
        self.words = Words({} if language == ENGLISH else CHINESE | PAGES)
        self._cldr = Cldr.parse("zh_Hans_CN" if language == SIMPLIFIED else "en_US")

    def number(self, value: float | Decimal | None) -> str:
        """Write a number; what is not there is a dash."""
        return "–" if value is None else format_decimal(value, locale=self._cldr)

    def short(self, value: float | None) -> str:
        """Write a large number shortly: 1.2M, 120万."""
        return "–" if value is None else format_compact_decimal(value, fraction_digits=1, locale=self._cldr)

    def percent(self, share: float | None) -> str:
        """Write a share of one."""
        return "–" if share is None else format_percent(share, format="#,##0.#%", locale=self._cldr)

    def money(self, nanousd: int | None) -> str:
        """Write nano-dollars: to the cent, below a cent as far as there is something."""
        if nanousd is None:
            return "–"
        dollars = Decimal(nanousd) / NANO
        if dollars and abs(dollars) < CENT:
            return format_currency(dollars, "USD", format="¤#,##0.00####", locale=self._cldr, currency_digits=False)
        return format_currency(dollars, "USD", locale=self._cldr)

    def moment(self, us: int | None) -> str:
        """Write a time, in UTC; the page's script writes it anew in the reader's own zone."""
        return "–" if us is None else format_datetime(at(us), "medium", tzinfo=UTC, locale=self._cldr)

    def day(self, us: int | None) -> str:
        """Write a day, in UTC."""
        return "–" if us is None else format_date(at(us).date(), "medium", locale=self._cldr)

    def ago(self, us: int | None, now_us: int) -> str:
        """Write how long ago something was, or in how long it will be."""
        if us is None:
            return "–"
        return format_timedelta(timedelta(microseconds=us - now_us), add_direction=True, locale=self._cldr)

    def span(self, us: int | None) -> str:
        """Write a length of time: in milliseconds, seconds, or minutes and longer."""
        if us is None:
            return "–"
        if us < 10_000_000:  # noqa: PLR2004  (ten seconds)
            return f"{format_decimal(round(us / US_PER_MS, 1 if us < 100_000 else 0), locale=self._cldr)} ms"  # noqa: PLR2004  (a tenth of one)
        if us < 600_000_000:  # noqa: PLR2004  (ten minutes: as long as an answer may take)
            return f"{format_decimal(round(us / US_PER_S, 1), locale=self._cldr)} s"
        return format_timedelta(timedelta(microseconds=us), threshold=2, format="short", locale=self._cldr)

    def countries(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        """Return countries by their codes with their names, in the names' order."""
        named = [(code, self._cldr.territories.get(code, code)) for code in codes]
        return sorted(named, key=lambda each: place_in_order(each[1]))


def place_in_order(name: str) -> bytes:
    """Return what sorts a name: Latin letters without accents, and Chinese characters by sound, as GB 2312 orders the common ones."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each)).encode("gb18030")


def at(us: int) -> datetime:
    """Return a stored time."""
    return EPOCH + timedelta(microseconds=us)


@cache
def locale_of(language: str) -> Locale:
    """Return a language's locale, made once."""
    return Locale(language)


def wanted(chosen: str | None, headers: Mapping[str, str]) -> Locale:
    """Return what a visitor chose, else the first language of the browser that we speak, else English."""
    if chosen in LANGUAGES:
        return locale_of(chosen)
    ranked = sorted(map(ranked_tag, headers.get("accept-language", "")[:200].split(",")), key=lambda each: -each[0])
    languages = (tag.partition("-")[0] for weight, tag in ranked if weight > 0)
    return locale_of(next((language for language in languages if language in LANGUAGES), ENGLISH))


def ranked_tag(part: str) -> tuple[float, str]:
    """Read one part of `Accept-Language` (RFC 9110 12.5.4); what cannot be read weighs nothing."""
    tag, _, weight = part.partition(";")
    try:
        return (float(weight.strip().removeprefix("q=")) if weight else 1.0), tag.strip().lower()
    except ValueError:
        return 0.0, ""
