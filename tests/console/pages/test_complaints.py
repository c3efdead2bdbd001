"""What is wrong with a field is told to a person by the label that stands on the page."""

from __future__ import annotations

import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.console.pages.complaints import complaint
from yumen.console.pages.locales import locale_of
from yumen.keys.values import Role


@pytest.mark.parametrize(
    ("message", "english", "chinese"),
    [
        ("reason: String should have at least 1 character", "“Reason” is missing: please fill it in.", "请填写“原因”。"),
        ("email: String should have at least 3 characters", "“E-mail”: at least 3 characters.", "“邮箱”至少需要 3 个字符。"),
        ("restrictions.max_tokens: Input should be a valid integer", "“Longest answer, in tokens”: a whole number is needed.", None),
        ("restrictions.models[3]: String should have at most 200 characters", "“Models that it may use”: at most 200 characters.", None),
        ("nothing_here: Field required", None, None),
        ("name: a sentence of its own", None, None),
        ("The role viewer may not do this", None, None),
    ],
)
def test_a_field_is_named_by_its_label(message: str, english: str | None, chinese: str | None) -> None:
    """In both languages; what is said of no known field is left to the fault's own words."""
    assert complaint(locale_of("en").words, message) == english
    if chinese is not None:
        assert complaint(locale_of("zh").words, message) == chinese


async def test_a_form_names_its_own_fields(world: World) -> None:
    """No name of the admin API stands in the page that comes back."""
    page = Visitor(world, await world.key(world.a, Role.OWNER))
    await page.get("/keys/new")
    text = text_of(await page.post("/keys/new", {"name": "x", "max_tokens": "many"}))
    assert "“Longest answer, in tokens”: a whole number is needed." in text
    assert "restrictions." not in text


async def test_a_sign_up_that_nobody_named_begins_anew(world: World) -> None:
    """The page of the codes without a sign-up leads to the form, not to an error."""
    answer = await Visitor(world).get("/sign-up/verify")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-up")
