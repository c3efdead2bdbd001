"""Pages as a whole: headers, forms of other sites, languages, faults, and what is not there."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.console.pages.locales import locale_of
from yumen.console.pages.visit import Visit
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


async def test_a_form_counts_in_its_own_session_alone(world: World) -> None:
    """What was shown before somebody else signed in with this browser does nothing in that one's name."""
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    await visitor.get("/workspaces/new")
    other = await world.key(world.b, Role.OWNER)
    visitor.client.cookies.set("__Host-yumen-session", other, domain="console.test", path="/")
    assert (await visitor.post("/workspaces/new", {"name": "jade"})).status_code == 403
    await visitor.get("/workspaces/new")
    assert (await visitor.post("/workspaces/new", {"name": "jade"})).status_code == 303


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


async def test_a_method_that_a_page_does_not_take_is_refused_in_words(world: World) -> None:
    """Even then a page comes, with the headers that protect it and what the path takes."""
    visitor = Visitor(world)
    for method, path, allow in (
        ("PUT", "/sign-in", "GET, HEAD, POST"),
        ("DELETE", "/overview", "GET, HEAD"),
        ("POST", "/overview", "GET, HEAD"),
    ):
        answer = await visitor.client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allow)
        assert "That method is not allowed" in text_of(answer)
        assert answer.headers["x-frame-options"] == "DENY"


async def test_a_session_that_ended_is_told_of(world: World) -> None:
    """A page leads to signing in with a sentence, a script hears of it, and neither is told of keys."""
    visitor = Visitor(world, "yk-admin-nothing")
    answer = await visitor.get("/keys?kind=admin")
    assert answer.headers["location"] == "/sign-in?next=%2Fkeys%3Fkind%3Dadmin"
    assert "Your session has ended" in text_of(await visitor.get("/sign-in"))
    assert "Your session has ended" not in text_of(await Visitor(world).get("/sign-in"))
    asked = await visitor.ask("/overview/data")
    assert (asked.status_code, asked.json()["error"]["message"]) == (401, "Your session has ended: sign in again.")


async def test_what_was_typed_outlives_the_session(world: World) -> None:
    """The form that came too late changes nothing, and is filled again after signing in: all but secrets. With or without the cookie."""
    owner = await world.key(world.a, Role.OWNER)
    for left in (None, "yk-admin-nothing"):
        visitor = Visitor(world, owner)
        await visitor.get("/workspaces/new")
        visitor.client.cookies.delete("__Host-yumen-session")
        if left is not None:
            visitor.client.cookies.set("__Host-yumen-session", left, domain="console.test", path="/")
        late = await visitor.post("/workspaces/new", {"name": "Silk & jade", "act": "make", "password": "hush"})
        assert late.status_code == 401
        assert "Nothing was changed" in text_of(late)
        assert "hush" not in late.text
        back = unquote(re.search(r"/sign-in\?next=([^\"]+)", late.text)[1])  # type: ignore[index]
        visitor.client.cookies.set("__Host-yumen-session", owner, domain="console.test", path="/")
        assert 'value="Silk &amp; jade"' in (await visitor.get(back)).text
    assert len(await world.offices.workspaces.every(world.a)) == 2


async def test_what_is_too_long_for_an_address_is_shown_to_be_copied(world: World) -> None:
    """A document that came too late stands in the page; what another site sends is not shown."""
    text = "[[rules]]\n" * 400
    visitor = Visitor(world)
    late = await visitor.post("/policies/new", {"document": text})
    assert (late.status_code, late.text.count("[[rules]]")) == (401, 400)
    other = await visitor.post("/policies/new", {"document": text}, **{"sec-fetch-site": "cross-site"})
    assert (other.status_code, other.text.count("[[rules]]")) == (401, 0)


async def test_language_is_changed_where_one_is(world: World) -> None:
    """The page comes back with its filters."""
    page = await Visitor(world, await world.key(world.a, Role.OWNER)).get("/audit?action=member&actor=x")
    assert 'name="back" value="/audit?action=member&amp;actor=x"' in page.text


def test_numbers_in_sentences_are_written_as_the_language_does() -> None:
    """Whoever says a sentence need not think of it; a version or a text stays what it is."""
    visit = Visit(None, None, None, None, locale_of("en"))  # type: ignore[arg-type]  # speaking needs a locale alone
    assert visit.say("In the last seven days it would have refused none of {all} requests.", all=1234567).endswith(
        "none of 1,234,567 requests."
    )
    assert visit.say("version {version}", version="1.10") == "version 1.10"
