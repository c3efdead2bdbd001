"""Every page with nonsense in every parameter and field that any page reads: refused in words or taken as text, and never a defect."""

from __future__ import annotations

import re
from pathlib import Path

from tests.console.api.world import World
from tests.console.pages.test_walk import filled
from tests.console.pages.visitor import Visitor
from yumen.console import pages
from yumen.console.pages.table import PAGES
from yumen.keys.values import Role

QUERY = re.compile(r"""(?:query(?:\.get)?|sent)[(\[]"([a-z_]+)\"""")
FIELD = re.compile(r"""(?:sent|text|raw|maybe|each|lines|ticked)[(\[]"([a-z_]+)\"""")
FILTERS = {"key", "workspace", "member", "search", "fault", "outcome", "environment", "workspace_id", "user_id", "after_id", "before_id"}
LIMITS = {"limit-requests_per_minute", "limit-spend_per_day"}
"""Names that pages read by tables of theirs."""
LONG = "9" * 5000
MARKUP = "\"'><img src=x onerror=alert(1)>\u202e\x1b[31m"
NUMBERS = ("days", "after", "version", "compare", "value", "wait_s", "grace", "cost", "seconds", "page")
ENDS = "/sign-out"
"""The page that ends what the walk needs."""


def names(reading: re.Pattern[str]) -> list[str]:
    """Return the names of all parameters, or fields, that pages read."""
    found = {name for path in Path(pages.__file__).parent.rglob("*.py") for name in reading.findall(path.read_text(encoding="utf-8"))}
    return sorted({*found, *FILTERS, *LIMITS} - {"csrf"})


def asked(reading: re.Pattern[str]) -> dict[str, str]:
    """Return nonsense for all of them: numbers that no machine reads quickly, and texts that are markup and control characters."""
    return {name: LONG if name in NUMBERS or name.startswith("limit-") else MARKUP for name in names(reading)}


async def test_nonsense_is_refused_in_words(world: World) -> None:
    """No number is too long, no text too strange: each answer is a page or a refusal, and what was sent stands in it as text alone."""
    visitor = Visitor(world, await world.key(world.a, Role.OPERATOR))
    await visitor.get("/nowhere")
    visitor.client.cookies.set("__Host-yumen-organization", world.a)
    for page in PAGES:
        path = await filled(page, world, world.a)
        answers = [await visitor.client.get(path, params=asked(QUERY) | {"for": "0"})]
        if page.submit is not None and path != ENDS:
            # The second one is empty: what has a use for every field says what is missing.
            answers += [await visitor.post(path, fields) for fields in (asked(FIELD), {})]
        for answer in answers:
            assert answer.status_code < 500, (answer.request.method, path, answer.text[-300:])
            assert "<img src=x" not in answer.text, (answer.request.method, path)
