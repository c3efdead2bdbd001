"""The pages of upstreams, secrets, alerts, audit log, settings and system: what each shows, to whom, and what its buttons do."""

from __future__ import annotations

import ast
import contextlib
import csv
import json
import re
from collections.abc import Iterator

import pytest

from tests.console.api.premises import secret, system, upstream
from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.gateway import ROOT
from tests.organizations.doubles import ME
from yumen.alerts import Told, Topic
from yumen.audit import Actor
from yumen.console.api.premises import CheckShown, DependencyShown, SaidShown, SettingShown
from yumen.console.pages.acts import ACT_SENTENCES, THING_SENTENCES
from yumen.console.pages.gateway.audit import row
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.values import Role
from yumen.limits.values import Kind, Scope, ScopeKind, Standing
from yumen.organizations.registry import OrganizationChange
from yumen.organizations.values import RequestStatus

ACT = re.compile(r"'[a-z_]+\.(?!json)[a-z_]+'")
WRITERS = ("organizations", "keys", "limits", "isolation", "console/api")
WRITING = frozenset({"Act", "_act", "made", "changed", "removed", "noted", "note"})
"""What writes into the audit log, or makes what is written."""
LIVE = re.compile(r'data-live="([^"]+)"')


async def operator(world: World, language: str = "en") -> Visitor:
    """Return the operator's browser."""
    return Visitor(world, await world.key(world.a, Role.OPERATOR), language)


async def somebody(world: World, role: Role, language: str = "en") -> Visitor:
    """Return the browser of a member of the first organization."""
    return Visitor(world, await world.key(world.a, role), language)


@pytest.mark.parametrize("path", ["/upstreams", "/system"])
async def test_what_is_kept_fresh_stands_in_the_page(world: World, path: str) -> None:
    """Every name that the refresh says has its place in the page, with the same text: else the page would load again for ever."""
    visitor = await operator(world)
    page, live = await visitor.get(path), (await visitor.ask(f"{path}/live")).json()
    assert live.keys() == set(LIVE.findall(page.text))
    assert all(cell["text"].split("\n")[0] in text_of(page) for cell in live.values())


async def test_an_upstream_says_what_its_circuit_means_and_what_is_left(world: World) -> None:
    """State, sentence, quota with its reset, results, times, whose it is: in words, in both languages."""
    world.premises.all_upstreams = [upstream(), upstream("spare", circuit="open", organizations=("org_x",), quota=[])]
    english, chinese = (
        text_of(await (await operator(world)).get("/upstreams")),
        text_of(await (await operator(world, "zh")).get("/upstreams")),
    )
    for said in ("Its circuit is open: it failed several times", "requests (opus): 40 of 100 left", "answered: 1,234", "640 ms", "org_x"):
        assert said in english
    for said in ("熔断器断开", "请求（opus）：剩余 40 / 100", "已应答: 1,234"):
        assert said in chinese


async def test_a_references_state_is_told_and_a_button_looks_again(world: World) -> None:
    """What was found is said in the visitor's language; the button asks the stores and says how many are wrong."""
    found = SaidShown(text="the variable KEY is not set", sentence="the environment has no variable {name}", values={"name": "KEY"})
    world.premises.all_secrets = [secret(), secret("mail.password", "missing", found=found, renewal="at_start", renews_at=None, stale_s=0)]
    visitor = await operator(world)
    page = text_of(await visitor.get("/secrets"))
    assert "the environment has no variable KEY" in page
    assert "when the gateway restarts" in page
    answer = await visitor.post("/secrets")
    assert (answer.status_code, world.premises.looks) == (303, 1)
    assert "References that cannot be used: 1" in text_of(await visitor.get("/secrets"))
    world.premises.all_secrets = []
    assert "No secret is needed" in text_of(await visitor.get("/secrets"))


async def test_the_system_page_says_what_is_wrong_and_what_to_do(world: World) -> None:
    """A dependency that is away, a key that does not open, and each finding of a check stand there."""
    down = DependencyShown(name="redis", mode="fail_closed", up=False, since="2026-11-27T08:00:00Z", reason="refused")
    world.premises.whole = system(ready=False, dependencies=[down])
    values = {"mb": "12"}
    sentence = "only {mb} MB are free: make room, or the ledger cannot be written"
    world.premises.found = [CheckShown(level="fail", place="data folder", found=SaidShown(text="-", sentence=sentence, values=values))]
    visitor = await operator(world)
    page = text_of(await visitor.get("/system"))
    assert all(said in page for said in ("Not ready", "Does not answer", "refused", "requests that need it are refused"))
    assert "only 12 MB are free" in text_of(await visitor.post("/system"))
    chinese = await operator(world, "zh")
    await chinese.get("/system")
    assert "12 MB" in (said := text_of(await chinese.post("/system")))
    assert "only" not in said


async def test_gateway_settings_are_shown_with_their_places(world: World) -> None:
    """Those that somebody set come first, all of them on demand, each with its sentence in the visitor's language."""
    changed = SettingShown(
        id="database.url",
        value='"postgresql://***@db"',
        default=None,
        is_default=False,
        source="environment YUMEN_DATABASE_URL",
        masked=True,
        english="where it is",
        chinese="位置在哪里",
    )
    world.premises.all_settings = [*world.premises.all_settings, changed]
    visitor = await operator(world)
    page = text_of(await visitor.get("/settings/gateway"))
    assert "environment YUMEN_DATABASE_URL" in page
    assert "partly hidden" in page
    assert "127.0.0.1:8010" not in page
    assert "127.0.0.1:8010" in text_of(await visitor.get("/settings/gateway?show=all"))
    assert "位置在哪里" in text_of(await (await operator(world, "zh")).get("/settings/gateway"))


async def test_an_organization_is_renamed_and_moved_by_those_in_charge(world: World) -> None:
    """The form changes name and time zone; a zone that is none is refused with what was typed; others see no form."""
    visitor = await somebody(world, Role.ADMIN)
    await visitor.get("/settings")
    wrong = await visitor.post("/settings", {"act": "organization", "name": "Jade", "time_zone": "Nowhere/Land"})
    assert wrong.status_code == 400
    assert 'value="Jade"' in wrong.text
    assert (await visitor.post("/settings", {"act": "organization", "name": "Jade", "time_zone": "Asia/Shanghai"})).status_code == 303
    assert (await world.offices.registry.one(world.a)).time_zone == "Asia/Shanghai"
    viewer = await somebody(world, Role.VIEWER)
    assert 'name="time_zone"' not in (await viewer.get("/settings")).text
    assert (await viewer.post("/settings", {"act": "organization", "name": "X", "time_zone": "UTC"})).status_code == 403


async def test_model_aliases_are_set_and_deleted(world: World) -> None:
    """What is set stands in the list, and goes when it is deleted."""
    visitor = await somebody(world, Role.OWNER)
    await visitor.get("/settings")
    assert (await visitor.post("/settings", {"act": "alias", "alias": "swift", "model": "claude-haiku-4-5"})).status_code == 303
    assert "swift" in text_of(await visitor.get("/settings"))
    assert (await visitor.post("/settings", {"act": "delete", "alias": "swift"})).status_code == 303
    assert await world.offices.model_aliases.every(world.a) == []


async def test_alerts_show_what_is_near_and_what_was_told(world: World) -> None:
    """A limit above a threshold stands there with its share; an organization reads of itself alone, the operator of all."""
    await world.limit(Scope(ScopeKind.ORGANIZATION, world.a), world.a, Kind.REQUESTS_PER_MINUTE, 100)
    world.standing = Standing(remaining=10, reset_us=world.clock.now_us())
    facts: dict[str, str | int] = {"upstream": "claude", "count": 20}
    expiry: dict[str, str | int] = {"key": "apikey_x", "name": "prod", "expires_us": world.clock.now_us()}
    world.alerts.told = [Told("e", Topic.ERRORS, 1, facts, None), Told("k", Topic.EXPIRY, 1, expiry, world.a)]
    page = text_of(await (await somebody(world, Role.VIEWER)).get("/alerts"))
    assert "90%" in page
    assert "prod (apikey_x) is about to expire" in page
    assert "upstream claude" not in page
    assert "upstream claude" not in text_of(await (await somebody(world, Role.OWNER)).get("/alerts?of=all"))
    assert "many errors of the upstream claude" in text_of(await (await operator(world)).get("/alerts?of=all"))
    assert "上游 claude 错误频发" in text_of(await (await operator(world, "zh")).get("/alerts?of=all"))


async def test_a_test_notice_goes_to_those_whom_one_may_write_to(world: World) -> None:
    """An owner reaches the own people and no channel of the gateway, a developer nobody; the answer says who took it."""
    owner, developer = await somebody(world, Role.OWNER), await somebody(world, Role.DEVELOPER)
    for visitor in (owner, developer):
        await visitor.get("/alerts")
    assert (await developer.post("/alerts", {"to": "members"})).status_code == 403
    assert (await owner.post("/alerts", {"to": "channels"})).status_code == 403
    assert world.alerts.tried == []
    assert (await owner.post("/alerts", {"to": "members"})).status_code == 303
    assert "Mail owner@example.org: sent" in text_of(await owner.get("/alerts"))
    visitor = await operator(world)
    await visitor.get("/alerts")
    await visitor.post("/alerts", {"to": "channels"})
    assert "DingTalk robot: not sent (it is away)" in text_of(await visitor.get("/alerts"))
    assert world.alerts.tried == [world.a, None]


async def make_acts(world: World) -> None:
    """Let things be done in both organizations."""
    await world.offices.registry.update(ME, world.a, OrganizationChange(name="Jade", time_zone="Asia/Shanghai"))
    await world.offices.workspaces.create(Actor("gateway"), world.a, "=1+1", "production")
    await world.offices.registry.update(ME, world.b, OrganizationChange(name="Other"))


async def test_acts_are_told_in_words_with_what_differs(world: World) -> None:
    """Who, what, and each field before and after; one's own organization alone, unless an operator chooses all."""
    await make_acts(world)
    visitor = await somebody(world, Role.BILLING)
    page = await visitor.get("/audit")
    assert "<del>Organization A</del> → <ins>Jade</ins>" in page.text
    assert "The gateway itself created the workspace “=1+1”" in text_of(page)
    assert "Other" not in text_of(page)
    asked_too_much = text_of(await visitor.get("/audit?of=all"))
    assert "Jade" in asked_too_much
    assert "Other" not in asked_too_much
    assert "Other" in text_of(await (await operator(world)).get("/audit?of=all"))
    assert "网关自身 创建了工作区" in text_of(await (await somebody(world, Role.BILLING, "zh")).get("/audit"))


def acts_written() -> set[str]:
    """Return every act that the code writes into the audit log: what it calls its writers with, as a text or by a constant's name."""
    found = {f"increase_request.{status}" for status in RequestStatus if status is not RequestStatus.OPEN}
    for path in (each for folder in WRITERS for each in (ROOT / "src" / "yumen" / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        texts = [ast.unparse(each) for node in calls if ast.unparse(node.func).rpartition(".")[2] in WRITING for each in node.args]
        names = {ast.unparse(each) for node in calls for each in node.args if isinstance(each, ast.Name)}
        texts += [repr(value) for name, value in constants_of(tree) if name in names]
        found |= {text[1:-1] for text in texts if ACT.fullmatch(text)}
    return found


def constants_of(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """Yield a module's constants, those that are set several at once, too."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Tuple):
            with contextlib.suppress(ValueError):
                value = ast.literal_eval(node.value)
                target = node.targets[0]
                yield from [(target.id, value)] if isinstance(target, ast.Name) else zip(map(ast.unparse, target.elts), value, strict=True)


def test_every_act_has_its_sentence() -> None:
    """What the code writes into the audit log is said in words of its own, and can be chosen in the filter."""
    written = acts_written()
    assert len(written) > 50
    assert sorted(written - ACT_SENTENCES.keys()) == []
    assert sorted({act.partition(".")[0] for act in written} - THING_SENTENCES.keys()) == []


FILTERS = {
    "actor=gateway&action=workspace": {"workspace.create"},
    "action=organization": {"organization.create", "organization.update"},
    "action=organization.update": {"organization.update"},
    "target=wrkspc_": {"workspace.create"},
    "actor=%25": set(),
    "until=2020-01-01": set(),
    "from=2000-01-01&action=organization.update": {"organization.update"},
}


async def test_filters_leave_what_they_ask_for(world: World) -> None:
    """By actor, action, target and days, in the page and in the file; a wildcard of the database is a character like another."""
    await make_acts(world)
    visitor = await somebody(world, Role.OWNER)
    for query, kept in FILTERS.items():
        lines = [json.loads(line) for line in (await visitor.get(f"/audit/export?format=jsonl&{query}")).text.splitlines()]
        assert {line["action"] for line in lines} == kept, query
        shown = set(re.findall(r"<code>([a-z_]+\.[a-z_]+)</code>", (await visitor.get(f"/audit?{query}")).text))
        assert shown == kept, query


async def test_whoever_acted_is_found_by_name(world: World) -> None:
    """People and admin keys are sought by what they are called today, in any case, and shown so; ids find them too."""
    user_id = await world.member(world.a)
    issued = await KeyIssuer(world.town.keys, world.clock).create(KeyOrder("night shift", role=Role.ADMIN, organization_id=world.a))
    await world.offices.workspaces.create(Actor(f"user:{user_id}"), world.a, "Shop", "production")
    await world.offices.workspaces.create(Actor(f"key:{issued.record.key_id}"), world.a, "Mill", "production")
    visitor = await somebody(world, Role.OWNER)
    for asked, said in (
        ("grace", "Grace created the workspace “Shop”"),
        ("Night", "The admin key night shift created the workspace “Mill”"),
    ):
        page = text_of(await visitor.get(f"/audit?actor={asked}&action=workspace"))
        assert said in page
        assert ("Shop" in page, "Mill" in page) == (asked == "grace", asked == "Night")
    assert "Shop" in text_of(await visitor.get(f"/audit?actor={user_id}&action=workspace"))
    chinese = text_of(await (await somebody(world, Role.OWNER, "zh")).get("/audit?action=workspace&actor=grace"))
    assert "生产" in chinese
    assert "No entry found" in text_of(await visitor.get("/audit?actor=nobody+of+that+name"))


async def test_the_exports_hold_every_act_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over as many pages as it takes, the newest first; another form than the two is refused."""
    monkeypatch.setattr("yumen.console.pages.gateway.audit.EXPORTED_AT_ONCE", 2)
    await make_acts(world)
    visitor = await somebody(world, Role.OWNER)
    whole = await world.offices.audit.page(world.a)
    rows = list(csv.DictReader((await visitor.get("/audit/export?format=csv")).text.splitlines()))
    assert [row["id"] for row in rows] == [f"act_{act.sequence}" for act in whole]
    assert any('"=1+1"' in row["after"] for row in rows)
    assert (await visitor.get("/audit/export?format=xls")).status_code == 400


def test_a_spreadsheet_computes_nothing() -> None:
    """What it would take for a formula is marked as text: names are anybody's choice."""
    assert row(["=1+1", "@x", "plain", None, {"a": 1}]) == '\'=1+1,\'@x,plain,,"{""a"": 1}"\r\n'


async def test_long_lists_have_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link to older acts keeps the filter, and leads to those that were not shown."""
    monkeypatch.setattr("yumen.console.pages.gateway.audit.AT_ONCE", 1)
    await make_acts(world)
    visitor = await somebody(world, Role.OWNER)
    first = await visitor.get("/audit?action=organization")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    assert "action=organization" in older[1]
    assert "organization.create" in (await visitor.get(older[1].replace("&amp;", "&"))).text
    assert "organization.create" not in first.text


async def test_the_gateway_itself_is_the_operators(world: World) -> None:
    """The owner of an organization sees nothing of it, the operator all."""
    owner, runs = await somebody(world, Role.OWNER), await operator(world)
    for path in ("/upstreams", "/secrets", "/system", "/settings/gateway", "/upstreams/live", "/system/live"):
        assert ((await owner.get(path)).status_code, (await runs.get(path)).status_code) == (403, 200)
