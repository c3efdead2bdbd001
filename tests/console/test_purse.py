"""The keys that the console holds for its visitors."""

from __future__ import annotations

import asyncio

from yumen.console.purse import HOUR_US, MARGIN_US, Held, Place, Purse

HERE = Place("apikey_session", "org_a", "wrkspc_staging")


class Maker:
    """Makes keys that end in an hour, and counts them."""

    def __init__(self, now_us: int = 0) -> None:
        self.made = 0
        self.now_us = now_us

    async def __call__(self) -> Held:
        """Make one."""
        await asyncio.sleep(0)
        self.made += 1
        return Held(f"apikey_{self.made}", f"key {self.made}", self.now_us + HOUR_US)


async def test_a_key_is_made_once_for_all_who_start_together() -> None:
    """Columns that run at the same time share one key; another workspace, session or organization has its own."""
    purse, make = Purse(), Maker()
    assert set(await asyncio.gather(*(purse.key(HERE, 0, make) for _ in range(4)))) == {"key 1"}
    for place in (Place("apikey_other", "org_a", "wrkspc_staging"), Place("apikey_session", "org_b", "wrkspc_staging")):
        assert await purse.key(place, 0, make) != "key 1"
    assert make.made == 3


async def test_a_key_that_is_about_to_end_is_made_anew() -> None:
    """What has less than its margin left is not given to a new call."""
    purse, make = Purse(), Maker()
    assert await purse.key(HERE, 0, make) == await purse.key(HERE, HOUR_US - MARGIN_US - 1, make)
    assert await purse.key(HERE, HOUR_US - MARGIN_US, make) == "key 2"


async def test_a_purse_holds_no_more_than_it_may() -> None:
    """The key that was made first goes first, and what has ended goes before it counts."""
    purse, make = Purse(2), Maker()
    places = [Place(f"apikey_{number}", "org_a", "wrkspc_a") for number in range(3)]
    for place in places:
        await purse.key(place, 0, make)
    assert await purse.key(places[2], 0, make) == "key 3"
    assert await purse.key(places[0], 0, make) == "key 4"


async def test_a_key_that_was_dropped_is_made_anew() -> None:
    """A revoked key is not used twice."""
    purse, make = Purse(), Maker()
    await purse.key(HERE, 0, make)
    purse.drop(HERE)
    purse.drop(HERE)
    assert await purse.key(HERE, 0, make) == "key 2"


def test_nothing_shows_a_keys_text() -> None:
    """What stands in a log or a trace names no secret."""
    assert "secret" not in repr(Held("apikey_1", "secret", 1))
