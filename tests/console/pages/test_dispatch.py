"""Pages as a whole: headers, forms of other sites, languages, faults, and what is not there."""

from __future__ import annotations

import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.keys.values import Role


@pytest.mark.parametrize("path", ["/", "/nowhere", "/look"])
async def test_every_answer_has_the_headers_that_protect_it(world: World, path: str) -> None:
    """No page can be framed, cached, sniffed, or run a script from elsewhere."""
    answer = await Visitor(world).get(path)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_form_from_elsewhere_does_nothing(world: World) -> None:
    """Without this browser's token, or from another site, nothing is taken."""
    visitor = Visitor(world)
    await visitor.get("/nowhere")
    assert (await visitor.post("/look", {"language": "zh"}, **{"sec-fetch-site": "cross-site"})).status_code == 403
    visitor.token = "0" * 40
    assert (await visitor.post("/look", {"language": "zh"})).status_code == 403
    assert "拒绝" not in text_of(await visitor.get("/nowhere"))


async def test_the_language_is_the_browsers_and_can_be_chosen(world: World) -> None:
    """`Accept-Language` decides, a choice overrules it."""
    visitor = Visitor(world, language="fr, zh;q=0.8, en;q=0.5")
    assert "操作未成功" in text_of(await visitor.get("/nowhere"))
    answer = await visitor.post("/look", {"language": "en", "back": "/nowhere"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/nowhere")
    assert "That did not work" in text_of(await visitor.get("/nowhere"))


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""])
async def test_nobody_is_sent_elsewhere(world: World, back: str) -> None:
    """Where to go back to is a path of the console, whatever is sent."""
    visitor = Visitor(world)
    await visitor.get("/nowhere")
    assert (await visitor.post("/look", {"back": back})).headers["location"] == "/"


async def test_cookies_are_the_hosts_own(world: World) -> None:
    """Every cookie has the prefix that ties it to this host, and no script reads it."""
    for cookie in (await Visitor(world).get("/nowhere")).headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_a_session_that_counts_no_longer_is_forgotten(world: World) -> None:
    """A revoked key signs nobody in."""
    visitor = Visitor(world, "yk-admin-nothing")
    answer = await visitor.get("/nowhere")
    assert answer.status_code == 404
    assert 'id="menu"' not in answer.text


async def test_an_organization_that_is_not_the_visitors_is_not_shown(world: World) -> None:
    """The cookie by which an operator looks at an organization counts for nobody else."""
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    visitor.client.cookies.set("__Host-yumen-organization", world.b)
    assert "Organization A" in (await visitor.get("/nowhere")).text
    operator = Visitor(world, await world.key(world.a, Role.OPERATOR))
    operator.client.cookies.set("__Host-yumen-organization", world.b)
    assert "Organization B" in (await operator.get("/nowhere")).text
