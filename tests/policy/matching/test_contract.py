# ruff: noqa: RUF001  (the look-alikes are what this is about)
"""What a stream relies on: up to where a text is settled, and that a scan in pieces finds what a scan of the whole finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from yumen.policy.matching import matcher_of
from yumen.policy.values import Action, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.policy.matcher import Matcher
    from yumen.policy.values import Hit

CHEAP = settings(max_examples=300, deadline=None, derandomize=True)
WORDS = (
    "ab",
    "abc",
    "bca",
    "cab ab",
    "c++",
    ".ab",
    "a.b",
    "b--",
    "法轮功",
    "轮功",
    "中a",
    "сор",
    "a b c",
    "bbbb",
    "№",
    "ба",
    "中国·",
    "#b",
)
LONG = "thequickbrownfoxjumpsoverthelazydogandneverlooksbackathishole"
LETTERS = st.sampled_from("abcABCx法轮輪功中国國夫аЬсоⅷ№㏂ﬀＡá1")
BESIDE = st.sampled_from([*" ..,，-+#·*\n_", "\u200b", "\u0301", "\ufe0f", "🔥", "\ud800", "  ", ", ", " ", " ", "", "", "", ""])
"""What lies between letters, grows, shrinks or vanishes."""
SPELLED = st.builds(str.join, BESIDE, st.sampled_from((*WORDS, "法轮功", "abc", "bca")))
TEXTS = st.lists(st.sampled_from(WORDS) | SPELLED | LETTERS | BESIDE, max_size=12).map("".join)
PATTERNS = ("a+", r"\bab\b", "(?m)^a.*b$", "b.{0,5}c", "[^a]b", "法.功", r"\d{3}|c$", "ab|b+c", "(?i)bC")


def words(several: Sequence[str], *, parts: bool = False) -> Rule:
    """Return a rule with words."""
    return Rule("r", Action.FLAG, "why", words=tuple(several), parts_of_words=parts)


def patterns(several: Sequence[str], reach: int) -> Rule:
    """Return a rule with patterns."""
    return Rule("r", Action.FLAG, "why", patterns=tuple(several), pattern_reach=reach)


RULES = st.builds(words, st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), parts=st.booleans()) | st.builds(
    patterns, st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3), st.integers(1, 9)
)


def compiled(rules: Sequence[Rule]) -> Matcher:
    """Compile rules that have text to look for."""
    made = matcher_of(list(enumerate(rules)))
    assert made is not None
    return made


def in_pieces(matcher: Matcher, pieces: Sequence[str]) -> list[Hit]:
    """Scan as a stream does: what is settled is let go, and so many characters before it are handed in again."""
    text, done, found = "", 0, []
    for number, piece in enumerate(pieces):
        text += piece
        start = max(0, done - matcher.context)
        last = number == len(pieces) - 1
        settled = len(text) + 1 if last else max(done, start + matcher.settled(text[start:]))
        assert settled >= len(text) - matcher.reach, "no more is held back than was said"
        moved = [hit._replace(start=hit.start + start, end=hit.end + start) for hit in matcher.hits(text[start:])]
        found += [hit for hit in moved if done <= hit.start < settled]
        done = settled
    return found


@CHEAP
@given(st.lists(RULES, min_size=1, max_size=3), TEXTS, TEXTS)
@example([words(["b--"])], "b-", "-")
@example([words(["法轮功"])], "法，轮，功", "夫")
@example([words(["ab"])], "ab" + "\u200b" * 70, "c")
@example([words(["ab"])], "x" + "\u200b" * 70 + "ab", "")
@example([words(["法轮功"])], "法.", "轮功")
@example([words(["abc"])], "a b c", "x")
@example([words([LONG])], "....".join(LONG[:-1]), "...." + LONG[-1])
@example([patterns([r"\bab\b"], 2)], "xx ab", "c")
def test_what_is_settled_stays(rules: list[Rule], before: str, after: str) -> None:
    """Whatever follows, the hits that begin before `settled` are the same."""
    matcher = compiled(rules)
    settled = matcher.settled(before)
    assert max(0, len(before) - matcher.reach) <= settled <= len(before)
    now, then = matcher.hits(before), matcher.hits(before + after)
    assert [hit for hit in now if hit.start < settled] == [hit for hit in then if hit.start < settled]


@CHEAP
@given(st.lists(RULES, min_size=1, max_size=3), st.lists(TEXTS, min_size=1, max_size=6))
@example([words(["ab"])], ["xx" * 40 + " ", "a", "b", " c"])
@example([words(["ab"])], ["x\u200b\u200b", "ab ", "zz"])
@example([patterns(["b.{0,5}c"], 9)], ["bxbxc       ", "        "])
def test_pieces_give_what_the_whole_gives(rules: list[Rule], pieces: list[str]) -> None:
    """For any split, the stream's scan finds exactly the hits of the whole."""
    matcher = compiled(rules)
    assert in_pieces(matcher, pieces) == list(matcher.hits("".join(pieces)))


@CHEAP
@given(st.lists(RULES, min_size=1, max_size=2), TEXTS)
def test_character_after_character(rules: list[Rule], text: str) -> None:
    """A stream of single characters is no worse."""
    matcher = compiled(rules)
    assert in_pieces(matcher, list(text) or [""]) == list(matcher.hits(text))
