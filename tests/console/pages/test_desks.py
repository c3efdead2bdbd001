"""The operator's desks: organizations, sign-ups, requests for more and plans; nobody else gets there."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.console.api.world import ME, World
from tests.console.pages.visitor import Visitor, text_of
from yumen.audit import Actor
from yumen.console.pages import turning
from yumen.console.pages.desks import PAGES
from yumen.keys.values import Role
from yumen.limits.values import Kind, Limit, Scope, ScopeKind
from yumen.organizations.values import Wanted, WantedLimit

LISTS = ("/organizations", "/sign-ups", "/increases", "/plans")


async def operator(world: World, language: str = "en") -> Visitor:
    """Sign the operator in, at the list of organizations."""
    visitor = Visitor(world, await world.key(world.a, Role.OPERATOR), language)
    await visitor.get("/organizations")
    return visitor


async def test_the_desks_are_the_operators_alone(world: World) -> None:
    """Whatever stands in the table of desks is refused to everybody else."""
    for role in set(Role) - {Role.OPERATOR}:
        visitor = Visitor(world, await world.key(world.a, role))
        await visitor.get("/nowhere")
        for page in PAGES:
            path = re.sub(r"\{(\w+)\}", world.a, page.path)
            assert (await visitor.get(path)).status_code == 403, path
            if page.submit is not None:
                assert (await visitor.post(path, {"word": "Organization A", "name": "x"})).status_code == 403, path
    assert (await world.offices.registry.one(world.a)).name == "Organization A"


async def test_empty_desks_say_what_will_stand_there(world: World) -> None:
    """In both languages."""
    assert "Nobody waits" in text_of(await (await operator(world)).get("/sign-ups"))
    assert "Nothing waits" in text_of(await (await operator(world)).get("/increases"))
    assert "没有待审批的注册" in text_of(await (await operator(world, "zh")).get("/sign-ups"))


async def test_organizations_are_found_made_and_changed(world: World) -> None:
    """By name, id and plan; a new one leads to its page, where name, plan and time zone change together."""
    page = await operator(world)
    assert "Organization A" not in (await page.get("/organizations?name=ZATION+B")).text
    assert "Organization B" in (await page.get(f"/organizations?name={world.b}")).text
    assert "No organization fits" in text_of(await page.get("/organizations?plan=trial&name=Organization"))
    made = await page.post("/organizations/new", {"name": "Acme", "kind": "individual", "plan": "trial"})
    at = made.headers["location"]
    text = text_of(await page.get(at))
    assert "Acme is there" in text
    assert "Individual" in text
    answer = await page.post(at, {"name": "Acme Ltd", "plan": "enterprise", "time_zone": "Asia/Shanghai"})
    assert answer.status_code == 303
    organization = await world.offices.registry.one(at.rpartition("/")[2])
    assert (organization.name, organization.plan, organization.time_zone) == ("Acme Ltd", "enterprise", "Asia/Shanghai")
    wrong = await page.post(at, {"name": "Acme Ltd", "plan": "enterprise", "time_zone": "Mars"})
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text


async def test_many_organizations_are_turned_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest come first, so nothing that follows is called older; a filter stays."""
    monkeypatch.setattr(turning, "PER_PAGE", 1)
    page = await operator(world)
    seen = []
    at: str | None = "/organizations?name=Organization"
    while at is not None:
        shown = await page.get(at)
        assert "Older" not in text_of(shown)
        seen += [name for name in ("Organization A", "Organization B") if f"<b>{name}</b>" in shown.text]
        found = re.search(r'rel="next" href="([^"]+)"', shown.text)
        at = None if found is None else unescape(found[1])
    assert seen == ["Organization A", "Organization B"]
    assert "Previous page" in text_of(shown)


async def test_an_operator_looks_at_an_organization_and_comes_back(world: World) -> None:
    """Every page shows that organization, and says so with the way back."""
    record = await world.plain_key(world.b)
    page = await operator(world)
    assert record.name not in (await page.get("/keys")).text
    assert (await page.post(f"/organizations/{world.b}/look")).headers["location"] == "/overview"
    seen = await page.get("/keys")
    assert record.name in seen.text
    assert "You are looking at Organization B." in text_of(seen)
    assert (await page.post("/organizations/leave")).headers["location"] == f"/organizations/{world.b}"
    seen = await page.get("/keys")
    assert record.name not in seen.text
    assert "You are looking at" not in text_of(seen)
    assert (await page.post("/organizations/org_nowhere/look")).status_code == 404
    await world.offices.registry.suspend(ME, world.b)
    await page.post(f"/organizations/{world.b}/look")
    assert "You are looking at Organization B. Suspended" in text_of(await page.get("/keys"))


async def test_an_organization_is_suspended_and_goes_on(world: World) -> None:
    """The page says which, and the default organization, which is the operator's own, offers neither."""
    page = await operator(world)
    at = f"/organizations/{world.a}"
    await page.post(f"{at}/suspend")
    assert "is suspended" in text_of(await page.get(at))
    assert (await world.offices.registry.one(world.a)).suspended_us is not None
    await page.post(f"{at}/resume")
    assert (await world.offices.registry.one(world.a)).suspended_us is None
    own = text_of(await page.get("/organizations/org_00000000000000000default"))
    assert "Suspend" not in own
    assert "Erase" not in own


async def test_an_organization_is_isolated_with_its_wish(world: World) -> None:
    """By a form it ends at its page, by the script with the place to go on to; how far it is can be asked."""
    page = await operator(world)
    at = f"/organizations/{world.a}"
    assert (await page.ask(f"{at}/step")).json() == {"step": None}
    assert (await page.post(f"{at}/isolate", {"keeps_content": "yes"})).headers["location"] == at
    assert "It stands apart now" in text_of(await page.get(at))
    organization = await world.offices.registry.one(world.a)
    assert (organization.compartment, organization.keeps_content) == (world.a, True)
    answer = await page.post(f"{at}/isolate", {"keeps_content": "no"}, accept="application/json")
    assert answer.json() == {"go": at}
    assert not (await world.offices.registry.one(world.a)).keeps_content


async def test_an_organization_is_erased_where_its_name_was_typed(world: World) -> None:
    """Any other word leaves it as it is; whoever was looking at it comes back to the own one."""
    page = await operator(world)
    at = f"/organizations/{world.b}"
    await page.post(f"{at}/look")
    wrong = await page.post(f"{at}/erase", {"word": "Organization A"})
    assert wrong.status_code == 400
    assert "type the name of the organization" in text_of(wrong)
    await world.offices.registry.one(world.b)
    assert (await page.post(f"{at}/erase", {"word": "Organization B"})).headers["location"] == "/organizations"
    seen = text_of(await page.get("/organizations"))
    assert "Organization B is erased" in seen
    assert "You are looking at" not in seen
    assert (await page.get(at)).status_code == 404


async def test_sign_ups_are_approved_and_declined_with_a_reason(world: World) -> None:
    """Who waits is shown with its purpose; the reason is asked for and kept; a decided one is found where it is asked for."""
    page = await operator(world)
    first, second = [await world.waiting_sign_up() for _ in range(2) if world.clock.pass_s(4000) is None]
    assert text_of(await page.get("/sign-ups")).count("Waiting for you") == 1 + 2
    assert (await page.post(f"/sign-ups/{first}/approve")).headers["location"] == "/sign-ups"
    assert "may begin" in text_of(await page.get("/sign-ups"))
    assert (await page.post(f"/sign-ups/{second}/decline", {"reason": ""})).status_code == 400
    await page.post(f"/sign-ups/{second}/decline", {"reason": "No room,\nsorry."})
    assert "No room," in (await page.get("/sign-ups?status=declined")).text
    statuses = {one.id: one.status.value for one in await world.offices.sign_ups.every(None)}
    assert (statuses[first], statuses[second]) == ("approved", "declined")


async def test_requests_for_more_are_granted_whole_changed_or_not_at_all(world: World) -> None:
    """The form is filled with what is asked; what it says is in force. To decline takes an answer."""
    page = await operator(world)
    whole, less, none = [await world.increase(world.a) for _ in range(3)]
    shown = await page.get("/increases")
    assert "More, please." in shown.text
    assert f'name="value-{whole.id}-0"' in shown.text
    await page.post(f"/increases/{whole.id}/approve", {f"value-{whole.id}-0": "100"})
    assert await limit_of(world) == 100
    await page.post(f"/increases/{less.id}/approve", {f"value-{less.id}-0": "70", f"answer-{less.id}": "For now."})
    assert await limit_of(world) == 70
    nothing = await page.post(f"/increases/{none.id}/approve", {f"value-{none.id}-0": ""})
    assert nothing.status_code == 400
    assert (await page.post(f"/increases/{none.id}/decline", {f"reason-{none.id}": ""})).status_code == 400
    assert (await page.post(f"/increases/{none.id}/decline", {f"reason-{none.id}": "Not now."})).status_code == 303
    text = text_of(await page.get("/increases?status=all"))
    assert "For now." in text
    assert "Not now." in text
    assert await limit_of(world) == 70


async def test_a_request_says_who_asks_and_who_decided(world: World) -> None:
    """By their names, not their ids; declining asks for the reason in a dialog of its own, and money is written as money."""
    person = (await world.session(world.a, Role.OWNER)).user
    wanted = Wanted((WantedLimit(Scope(ScopeKind.ORGANIZATION, world.a), Limit(Kind.SPEND_PER_MONTH, 2_500 * 10**9)),))
    asked = await world.offices.requests.ask(ME, world.a, person.id, wanted, "More.")
    page = await operator(world)
    shown = await page.get("/increases")
    assert person.name in text_of(shown)
    assert person.id not in shown.text
    assert "$2,500.00" in text_of(shown)
    dialog = shown.text.partition(f'<dialog id="decline-{asked.id}"')[2].partition("</dialog>")[0]
    assert f'name="reason-{asked.id}" required' in dialog
    await world.offices.requests.decline(Actor(f"user:{person.id}"), asked.id, "No.")
    text = text_of(await page.get("/increases?status=declined"))
    assert text.count("Grace") == 2
    assert f"user:{person.id}" not in text


async def limit_of(world: World) -> int:
    """Return the organization's own requests a minute."""
    lines = (await world.services.terms.read([world.a]))[world.a].lines
    whole = Scope(ScopeKind.ORGANIZATION, world.a)
    return next(line.limit.value for line in lines if line.scope == whole and line.limit.kind is Kind.REQUESTS_PER_MINUTE)


async def test_plans_are_made_changed_and_deleted(world: World) -> None:
    """With their limits, as the form says them; one that somebody is on stays, and why is said."""
    page = await operator(world)
    fields = {"name": "small", "description": "Small.", "limit-requests_per_minute": "5", "wait_ms-requests_per_minute": "250"}
    assert (await page.post("/plans/new", {**fields, "isolation": "1"})).headers["location"] == "/plans"
    text = text_of(await page.get("/plans"))
    assert "small Small. Requests per minute: 5 possible" in text
    plan = await world.offices.plans.one("small")
    assert (plan.limits[0].wait_ms, plan.isolation) == (250, True)
    await page.post("/plans/small", {"description": "Small.", "limit-spend_per_month": "12.5", "reserve-spend_per_month": "bound"})
    plan = await world.offices.plans.one("small")
    assert [(limit.kind.value, limit.value, limit.reserve.value) for limit in plan.limits] == [("spend_per_month", 12_500_000_000, "bound")]
    assert not plan.isolation
    assert 'value="12.50"' in (await page.get("/plans/small")).text
    assert (await page.post("/plans/enterprise/delete")).status_code == 400
    assert (await page.post("/plans/small/delete")).status_code == 303
    assert (await page.get("/plans/small")).status_code == 404
    assert (await page.post("/plans/new", {"name": "enterprise"})).status_code == 400
