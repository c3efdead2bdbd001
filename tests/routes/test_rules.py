"""Which upstreams serve a request, and in which order they are preferred."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.routes.rules import Share, Standing, in_order, sent_model, serves_environment, worth

SESSIONS = [f"session {number}".encode() for number in range(4000)]


def firsts(*standings: Standing) -> list[str]:
    """Return the preferred upstream of each session."""
    return [standings[in_order(list(standings), session)[0]].name for session in SESSIONS]


@pytest.mark.parametrize(
    ("share", "asked", "meant", "sent"),
    [
        (Share(), "claude-x", "claude-x", "claude-x"),
        (Share(), "fast", "claude-x", "claude-x"),
        (Share(models=("claude-x",)), "claude-x", "claude-x", "claude-x"),
        (Share(models=("claude-*",)), "claude-x", "claude-x", "claude-x"),
        (Share(models=("*",)), "claude-x", "claude-x", "claude-x"),
        (Share(models=("claude-y", "deepseek-*")), "claude-x", "claude-x", None),
        (Share(models=("claude-",)), "claude-x", "claude-x", None),
        (Share(names={"claude-x": "theirs"}), "claude-x", "claude-x", "theirs"),
        (Share(names={"claude-x": "theirs"}), "fast", "claude-x", "theirs"),
        (Share(names={"fast": "quick", "claude-x": "theirs"}), "fast", "claude-x", "quick"),
        (Share(models=("other",), names={"claude-x": "theirs"}), "claude-x", "claude-x", "theirs"),
    ],
)
def test_what_an_upstream_calls_a_model(share: Share, asked: str, meant: str, sent: str | None) -> None:
    """Its own name for the caller's word, else for what the alias means, else that; None where its patterns leave it out."""
    assert sent_model(share, asked, meant) == sent


def test_an_upstream_without_environments_serves_all() -> None:
    """One that names some serves these alone."""
    assert serves_environment(Share(), "staging")
    assert serves_environment(Share(environments=("staging",)), "staging")
    assert not serves_environment(Share(environments=("production",)), "staging")


def test_priority_comes_before_everything() -> None:
    """However heavy another is."""
    assert set(firsts(Standing("a", Share(priority=2, weight=1000)), Standing("b", Share(priority=1)))) == {"b"}


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 2, 7)])
def test_sessions_are_shared_by_weight(weights: tuple[int, ...]) -> None:
    """Within three in a hundred of all sessions."""
    counted = Counter(firsts(*(Standing(f"u{place}", Share(weight=weight)) for place, weight in enumerate(weights))))
    for place, weight in enumerate(weights):
        assert abs(counted[f"u{place}"] / len(SESSIONS) - weight / sum(weights)) < 0.03


def test_one_that_goes_takes_its_own_sessions_alone() -> None:
    """Every other session stays where its prompt cache is, and those come back when it does."""
    three = [Standing(name, Share(weight=weight)) for name, weight in (("a", 1), ("b", 2), ("c", 3))]
    before, without = firsts(*three), firsts(three[0], three[2])
    assert all(old == new for old, new in zip(before, without, strict=True) if old != "b")
    assert {new for old, new in zip(before, without, strict=True) if old == "b"} == {"a", "c"}
    assert firsts(*three) == before


def test_the_order_in_which_they_are_named_does_not_matter() -> None:
    """A table that is moved in the file moves no session."""
    three = [Standing(name, Share(weight=weight)) for name, weight in (("a", 1), ("b", 2), ("c", 3))]
    assert firsts(*three) == firsts(*reversed(three))


def test_one_with_little_quota_left_gives_sessions_away_and_takes_none() -> None:
    """Nobody moves to it, and others do not move among themselves."""
    three = [Standing(name, Share()) for name in "abc"]
    before, after = firsts(*three), firsts(three[0]._replace(left=0.05), *three[1:])
    moved = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert {old for old, _ in moved} == {"a"}
    assert after.count("a") < before.count("a") / 3


@given(st.none() | st.floats(0, 1))
def test_worth_is_never_nothing(left: float | None) -> None:
    """An upstream whose quota is used up is still in the order, for when nobody else can take a request."""
    assert 0 < worth(left) <= 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 100)), max_size=6), st.binary())
def test_the_order_has_everybody_once(shares: list[tuple[int, int]], session: bytes) -> None:
    """Whatever the session is."""
    standings = [Standing(f"u{place}", Share(priority=priority, weight=weight)) for place, (priority, weight) in enumerate(shares)]
    order = in_order(standings, session)
    assert sorted(order) == list(range(len(shares)))
    assert [shares[place][0] for place in order] == sorted(priority for priority, _ in shares)
