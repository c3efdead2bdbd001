# ruff: noqa: RUF001  (the look-alikes are what this is about)
"""Words are found in every disguise that is named here, and ordinary words are left in peace."""

from __future__ import annotations

import pytest

from yumen.errors import OperatorError
from yumen.policy.matching import matcher_of
from yumen.policy.matching.meanings import Meanings
from yumen.policy.values import Action, Hit, Rule

DRESSED = (
    "secret", "SECRET", "SeCrEt", "ＳＥＣＲＥＴ", "ｓｅｃｒｅｔ", "𝐬𝐞𝐜𝐫𝐞𝐭", "𝓼𝓮𝓬𝓻𝓮𝓽", "ⓢⓔⓒⓡⓔⓣ", "🅢🅔🅒🅡🅔🅣",
    "🅂🄴🄲🅁🄴🅃", "🇸🇪🇨🇷🇪🇹", "ꜱᴇᴄʀᴇᴛ",
    "sеcrеt", "ѕесrеt",
    "ѕесгеt".replace("г", "r"), "sεcrεt", "ＳＥＣRET", "séçrët", "s\u0301e\u0302c\u0323ret", "se\u0336c\u0336ret",
    "se\u200bcret", "s\u200ce\u200dc\u2060ret", "se\u00adcret", "sec\ufe0fret", "se\U000e0041cret", "se\u202ecret",
)  # fmt: skip
SPELLED = (
    "s e c r e t", "s  e  c  r  e  t", "s.e.c.r.e.t", "s-e-c-r-e-t", "s_e_c_r_e_t", "s*e*c*r*e*t", "s·e·c·r·e·t", "s•e•c•r•e•t",
    "s, e, c, r, e, t", "s\ne\nc\nr\ne\nt", "S.E.C.R.E.T", "ｓ．ｅ．ｃ．ｒ．ｅ．ｔ",
    "s🔥e🔥c🔥r🔥e🔥t", "s\u200b \u200be c r e t", "s)(e)(c)(r)(e)(t",
)  # fmt: skip


def found(text: str, *words: str, parts: bool = False) -> list[str]:
    """Return what is found of some words, as it stands in the text."""
    matcher = matcher_of([(7, Rule("r", Action.FLAG, "why", words=words, parts_of_words=parts))])
    assert matcher is not None
    return [text[hit.start : hit.end] for hit in matcher.hits(text)]


@pytest.mark.parametrize(
    "dressed",
    [*DRESSED, *SPELLED],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "a {} here", "the {}, they said", "他说{}了", '"{}"'])
def test_a_word_is_found_in_every_disguise(dressed: str, around: str) -> None:
    """Width, case, marks, look-alikes, invisible characters, spelled out: the hit is what stands in the text."""
    assert found(around.format(dressed), "secret") == [dressed]


@pytest.mark.parametrize(
    "dressed",
    [
        "法轮功", "法 轮 功", "法.轮.功", "法*轮-功", "法_轮_功", "法·轮·功", "法🔥轮🔥功", "法\n轮功", "法轮\r\n功",
        "法\u200b轮\u200b功", "法，轮，功", "法。轮。功", "法、轮、功", "法 + 轮 + 功",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "请看{}的材料", "see {} here", "（{}）"])
def test_a_chinese_word_is_found_whatever_parts_it(dressed: str, around: str) -> None:
    """Chinese words are found anywhere, through spaces, signs and commas."""
    assert found(around.format(dressed), "法轮功") == [dressed]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("the class passed; assume, assess, bass, c l a s s, Massachusetts", "ass"),
        ("Scunthorpe and S-c-u-n-t-h-o-r-p-e", "cunt"),
        ("Essex, Sussex, Middlesex, sextant, E s s e x", "sex"),
        ("cocktail, peacock, Hancock, shuttlecock", "cock"),
        ("secretary, secrets, nonsecret, Secretariat, secret1", "secret"),
        ("mp3 players", "mp"),
        ("其中。国家很大；美中，国际", "中国"),
        ("1月3日2本书", "日本"),
        ("was the\nrapist", "therapist"),
        ("сор и мусор", "cop"),
        ("a cop", "сор"),
        ("the rapist", "therapist"),
        ("x = sec; ret = 1; sec.ret()", "secret"),
        ("C, D and B flat; c = 1", "c++"),
        ("environment env .environment", ".env"),
        ("trade. Secret matters; trade, secret", "trade secret"),
    ],
)
def test_ordinary_text_is_left_in_peace(text: str, word: str) -> None:
    """What only looks like a word is none."""
    assert found(text, word) == []


@pytest.mark.parametrize(
    ("text", "word", "hits"),
    [
        ("use C++, not C; ｃ++", "c++", ["C++", "ｃ++"]),
        ("cat .env, my.env; env", ".env", [".env", ".env"]),
        ("法輪功、計劃，計畫", "法轮功", ["法輪功"]),
        ("苍鹭计划 蒼鷺計劃", "蒼鷺計劃", ["苍鹭计划", "蒼鷺計劃"]),
        ("\uf9c9車", "柳车", ["\uf9c9車"]),
        ("a node.js server", "Node.js", ["node.js"]),
        ("my trade\n  secret, trade-secret and trade_secret", "trade secret", ["trade\n  secret", "trade-secret", "trade_secret"]),
        ("t r a d e  s e c r e t", "trade secret", ["t r a d e  s e c r e t"]),
        ("AT&T, at&amp;t", "at&t", ["AT&T"]),
        ("📞 call 🔫 now", "🔫", ["🔫"]),
        ("card ４２４２ ٤٢٤٢", "4242", ["４２４２", "٤٢٤٢"]),
        ("Straße STRASSE", "straße", ["Straße", "STRASSE"]),
        ("кооператив КООПЕРАТИВ", "кооператив", ["кооператив", "КООПЕРАТИВ"]),
        ("비밀은 없다", "비밀", ["비밀"]),
        ("a secret, \ud83d\ud800secret\udfff", "secret", ["secret", "secret"]),
        ("it’s", "it's", ["it’s"]),
        ("中国移动 mobile", "中国 移动", ["中国移动"]),
    ],
)
def test_what_is_written_in_a_rule_counts(text: str, word: str, hits: list[str]) -> None:
    """Signs, phrases, digits, other scripts, and halves of surrogate pairs, which JSON may hold."""
    assert found(text, word) == hits


def test_parts_of_words_where_the_rule_says_so() -> None:
    """A rule may ask for its words inside longer ones."""
    assert found("classes", "ass", parts=True) == ["ass"]


def test_a_hit_names_its_rule_and_its_place() -> None:
    """Several rules may list a word; each is hit, by places of the text as it stands."""
    rules = [(number, Rule(f"r{number}", Action.FLAG, "why", words=("ﬁ b",))) for number in (3, 5)]
    matcher = matcher_of(rules)
    assert matcher is not None
    assert matcher.hits("\u200b\u200bFI  Ｂ") == [Hit(2, 7, "word", 3), Hit(2, 7, "word", 5)]


def test_rules_without_text_have_no_matcher() -> None:
    """Where there is nothing to look for, nothing looks."""
    assert matcher_of([(0, Rule("r", Action.BLOCK, "why", models=("*",)))]) is None


def test_words_and_what_is_remembered_of_texts_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many words are refused; a text of ever new characters fills no memory, and its words are found all the same."""
    monkeypatch.setattr("yumen.policy.matching.words.MOST_WORDS", 1)
    assert found("secret", "secret") == ["secret"]
    with pytest.raises(OperatorError, match="more than 1 words"):
        found("", "secret", "other")
    monkeypatch.setattr("yumen.policy.matching.meanings.MOST_MEANINGS", 2)
    meanings = Meanings()
    assert meanings.of("ＡＢＣＤ") == "abcd"
    assert len(meanings) == 2


@pytest.mark.parametrize("word", ["", " ", "\u200b", "---", "x" * 201, "++++++++++c"])
def test_a_word_that_will_not_do_is_refused(word: str) -> None:
    """A rule whose word is nothing, or far too long, is not loaded; the sentence names the rule."""
    with pytest.raises(OperatorError, match="rule r: "):
        found("", word)
