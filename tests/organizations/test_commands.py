"""The commands about organizations, as an operator runs them at the machine, beside a database that a gateway may be using."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ran, yumen
from tests.organizations.doubles import CALLER, ME, PASSWORD, Town, application, code_now
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.clock import Clock
from yumen.limits.values import Kind, Limit, Scope, ScopeKind
from yumen.organizations.oneself import Oneself
from yumen.organizations.values import DEFAULT_ORGANIZATION, Wanted, WantedLimit
from yumen.policy.values import Policy
from yumen.storage import Database, DataFolder
from yumen.words import words_for

IN_CHINESE = {"LC_ALL": "zh_CN.UTF-8"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a data folder whose database is there."""
    in_town(tmp_path, lambda town: town.offices.registry.every())
    return tmp_path


def in_town(folder: Path, work: Callable[[Town], Awaitable[Any]], *, post: bool = True, **terms: object) -> Any:  # noqa: ANN401  (whatever it returns)
    """Do something in the data folder's offices, as a gateway does."""

    async def work_there() -> Any:  # noqa: ANN401  (the same)
        database = Database(DataFolder(folder / "data").database_url)
        await database.upgrade()
        town = Town(database)
        town.clock.us = Clock().now_us()
        town.offices = town.open(post=post, **terms)
        try:
            return await work(town)
        finally:
            await database.dispose()

    return asyncio.run(work_there())


def command(folder: Path, *arguments: str, **environment: str) -> Ran:
    """Run a command in this process."""
    out, err = StringIO(), StringIO()
    code = run([*arguments, "--data", str(folder / "data")], Console(words_for(environment), environment, out, err))
    return Ran(code, out.getvalue(), err.getvalue())


def ran(folder: Path, *arguments: str, **environment: str) -> Ran:
    """Run a command to its good end."""
    ended = command(folder, *arguments, **environment)
    assert ended.code == 0, ended.err
    return ended


def lines(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """What a command prints as JSON."""
    return [json.loads(line) for line in ran(folder, *arguments, "--json").out.splitlines()]


def refused(folder: Path, *arguments: str, **environment: str) -> str:
    """Run a command that fails, and return its one sentence."""
    ended = command(folder, *arguments, **environment)
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    return ended.err


def test_sign_ups_are_shown_with_their_codes(folder: Path) -> None:
    """Without a mail server the codes are shown; a waiting sign-up is approved or declined, in the name of the machine's user."""

    async def two_wait(town: Town) -> list[str]:
        made = []
        for email in ("ada@example.org", "bob@example.org"):
            step = await town.offices.sign_ups.start(application(email, purpose="line one\nline two"), CALLER)
            made.append(step.sign_up_id)
        return made

    in_town(folder, two_wait, post=False, approval=True)
    bob, ada = lines(folder, "signups", "list")
    assert (ada["email"], ada["status"], ada["purpose"], ada["address"]) == ("ada@example.org", "verifying", "line one\nline two", CALLER)
    assert ada["codes"][0].split(": ")[1] in ran(folder, "signups", "list").out
    assert ran(folder, "signups").out == ran(folder, "signups", "list").out
    assert lines(folder, "signups", "--status", "verifying") == [bob, ada]

    async def confirm(town: Town) -> None:
        for each in (ada, bob):
            channel, code = each["codes"][0].split(": ")
            await town.offices.sign_ups.confirm(each["id"], channel, code, CALLER)

    in_town(folder, confirm, post=False, approval=True)
    assert [each["codes"] for each in lines(folder, "signups", "list", "--status", "waiting")] == [[], []]
    assert "approved: Example is the organization org_" in ran(folder, "signups", "approve", ada["id"]).out
    ran(folder, "signups", "decline", bob["id"], "--reason", "no room")
    assert {each["email"]: (each["status"], each["reason"]) for each in lines(folder, "signups", "list")} == {
        "ada@example.org": ("approved", None),
        "bob@example.org": ("declined", "no room"),
    }
    assert "decided already" in refused(folder, "signups", "approve", ada["id"])
    assert "此事已有决定" in refused(folder, "signups", "approve", ada["id"], **IN_CHINESE)
    acts = lines(folder, "audit", "--limit", "200")
    assert {each["actor"] for each in acts if each["action"].startswith("signup.")} == {
        f"command line:{getpass.getuser()}",
        f"signup:{ada['id']}",
        f"signup:{bob['id']}",
    }


def test_organizations_and_members(folder: Path) -> None:
    """An organization is made with an invited owner, changed, suspended and resumed; names do where they are one alone."""
    made = ran(folder, "organizations", "create", "Example", "--plan", "enterprise", "--owner", "Ada@example.org")
    token = made.out.splitlines()[-1]
    assert token.startswith("invite_")
    assert "ada@example.org" in made.err
    assert [(each["email"], each["role"], each["status"]) for each in lines(folder, "members", "list", "--organization", "Example")] == [
        ("ada@example.org", "owner", "invited")
    ]
    in_town(folder, lambda town: town.offices.invitations.accept(token, "Ada", "a password of some length", CALLER))
    changed = ran(folder, "organizations", "update", "Example", "--time-zone", "Asia/Shanghai", "--isolated", "--name", "New")
    assert "yumen organizations isolate" in changed.err
    ran(folder, "organizations", "suspend", "New")
    (shown,) = lines(folder, "organizations", "show", "New")
    assert (shown["time_zone"], shown["isolated"], shown["status"]) == ("Asia/Shanghai", True, "suspended")
    assert (shown["members"], shown["workspaces"]) == (1, ["production", "staging"])
    ran(folder, "organizations", "resume", "New")
    ran(folder, "organizations", "update", "New", "--shared")
    assert [(each["name"], each["status"], each["isolated"]) for each in lines(folder, "organizations", "list")] == [
        ("default", "active", False),
        ("New", "active", False),
    ]
    assert "at least one owner" in refused(folder, "members", "remove", "ada@example.org", "--organization", "New")
    invited = ran(folder, "members", "invite", "bob@example.org", "--role", "viewer", "--organization", "New")
    in_town(folder, lambda town: town.offices.invitations.accept(invited.out.strip(), "Bob", "a password of some length", CALLER))
    assert "owner" in ran(folder, "members", "role", "bob@example.org", "owner", "--organization", "New").out
    ran(folder, "members", "remove", "ada@example.org", "--organization", "New")
    assert [each["email"] for each in lines(folder, "members", "list", "--organization", "New")] == ["bob@example.org"]
    assert "a role is one of" in refused(folder, "members", "role", "bob@example.org", "operator", "--organization", "New")
    ran(folder, "members", "invite", "eve@example.org", "--organization", "New")
    invite = next(each["id"] for each in lines(folder, "members", "list", "--organization", "New") if each["status"] == "invited")
    assert "eve@example.org" in ran(folder, "members", "uninvite", invite, "--organization", "New").out
    assert token not in ran(folder, "audit", "--json", "--limit", "200").out


@pytest.mark.parametrize("group", ["requests", "alerts", "plans", "organizations", "workspaces", "members", "keys"])
def test_a_group_of_commands_lists_where_none_is_named(folder: Path, group: str) -> None:
    """What is shown is the same as by `list`, with or without options."""
    assert ran(folder, group).out == ran(folder, group, "list").out
    assert lines(folder, group) == lines(folder, group, "list")


def test_workspaces(folder: Path) -> None:
    """Made, renamed and archived by name."""
    ran(folder, "workspaces", "create", "research", "--environment", "staging")
    ran(folder, "workspaces", "rename", "research", "lab")
    assert [(each["name"], each["environment"]) for each in lines(folder, "workspaces", "list")] == [
        ("production", "production"),
        ("staging", "staging"),
        ("lab", "staging"),
    ]
    ran(folder, "workspaces", "archive", "lab")
    assert [each["status"] for each in lines(folder, "workspaces", "list", "--all")] == ["active", "active", "archived"]
    assert "stay" in refused(folder, "workspaces", "archive", "production")


def test_plans(folder: Path) -> None:
    """A plan is made, changed in part, and deleted; its limits are written as they are typed."""
    assert {each["name"]: each["limits"] for each in lines(folder, "plans", "list")}["trial"] == [
        "requests_per_minute=20",
        "requests_per_month=5000",
    ]
    assert "needs its limits" in refused(folder, "plans", "set", "team")
    ran(folder, "plans", "set", "team", "--limit", "requests_per_minute=7", "--limit", "spend_per_month=1.50:reserve=bound")
    ran(folder, "plans", "set", "team", "--isolation", "--description", "Ours.")
    (team,) = [each for each in lines(folder, "plans", "list") if each["name"] == "team"]
    assert (team["limits"], team["isolation"], team["description"], team["organizations"]) == (
        ["requests_per_minute=7", "spend_per_month=1.50:reserve=bound"],
        True,
        "Ours.",
        0,
    )
    ran(folder, "plans", "set", "team", "--unlimited")
    assert [each["limits"] for each in lines(folder, "plans", "list") if each["name"] == "team"] == [[]]
    assert "每分钟 20 次请求" in ran(folder, "plans", "list", **IN_CHINESE).out
    ran(folder, "plans", "delete", "team")
    assert "in use" in refused(folder, "plans", "delete", "unlimited")


def test_requests_for_more(folder: Path) -> None:
    """All that wait are listed in one place, and granted, with another value where the operator says so, or declined."""

    async def ask(town: Town) -> list[str]:
        limit = Limit(Kind.REQUESTS_PER_MINUTE, 100)
        wanted = Wanted((WantedLimit(Scope(ScopeKind.ORGANIZATION, DEFAULT_ORGANIZATION), limit),), policy="own")
        await town.offices.policies.add(ME, Policy("own"), None)
        return [(await town.offices.requests.ask(ME, DEFAULT_ORGANIZATION, None, wanted, "a launch")).id for _ in range(2)]

    first, second = in_town(folder, ask)
    assert [(each["id"], each["wanted"], each["reason"]) for each in lines(folder, "requests", "list")] == [
        (each, ["organization:default requests_per_minute=100", "policy=own"], "a launch") for each in (second, first)
    ]
    assert "does not ask" in refused(folder, "requests", "approve", first, "--limit", "requests_per_second=1")
    ran(folder, "requests", "approve", first, "--limit", "requests_per_minute=50", "--answer", "half of it")
    ran(folder, "requests", "decline", second, "--answer", "once is enough")
    assert lines(folder, "requests", "list") == []
    answered = {each["id"]: (each["status"], each["answer"]) for each in lines(folder, "requests", "list", "--all")}
    assert answered == {first: ("approved", "half of it"), second: ("declined", "once is enough")}
    acts = lines(folder, "audit", "--organization", "default", "--limit", "4")
    assert [each["action"] for each in acts] == [
        "increase_request.declined",
        "increase_request.approved",
        "limit.create",
        "policy.attach",
    ]
    assert acts[2]["after"]["value"] == 50
    assert [each["number"] for each in lines(folder, "audit", "--before", str(acts[3]["number"]), "--limit", "1")] == [
        acts[3]["number"] - 1
    ]
    header, first_row = ran(folder, "audit", "--limit", "1").out.splitlines()
    assert header.split("\t") == ["time", "actor", "address", "action", "target", "before", "after"]
    assert "status=open" in first_row


def test_the_operator_helps_whoever_is_locked_out(folder: Path) -> None:
    """A command takes a second factor away, another shows a token that sets a new password; both only where there is something to do."""

    async def enrol(town: Town) -> None:
        organization, user_id = await town.signed_up("ada@example.org")
        me = Oneself(user_id, "apikey_x", organization, ME)
        secret = (await town.offices.second_factors.begin(me)).secret
        await town.offices.second_factors.confirm(me, code_now(secret, town.clock), PASSWORD)

    in_town(folder, enrol)
    off = ("members", "second-factor-off", "ada@example.org", "--organization", "Example")
    assert "ada@example.org" in ran(folder, *off).out
    assert "no second factor" in refused(folder, *off)
    token = ran(folder, "members", "password-token", "ada@example.org").out.strip()
    in_town(folder, lambda town: town.offices.resets.complete(token, "another password of some length", CALLER))
    refused(folder, "members", "password-token", "nobody@example.org")


def test_a_new_set_up_token(folder: Path) -> None:
    """The operator at the machine can have another set-up token, until there is an administrator."""
    token = ran(folder, "members", "setup-token").out.strip()
    in_town(folder, lambda town: town.offices.setup.claim(token, "root@example.org", "Root", "a password of some length"))
    assert "already" in refused(folder, "members", "setup-token")
    assert [(each["email"], each["status"]) for each in lines(folder, "members", "list")] == [("root@example.org", "operator")]


def test_as_a_program(folder: Path) -> None:
    """The same, as a process of its own, in Chinese."""
    ended = yumen(folder, "organizations", "suspend", "default", "--data", "data", **IN_CHINESE)
    assert (ended.code, ended.out, ended.err) == (1, "", "yumen: 运维者自己的组织不能停用、隔离或彻底删除。\n")
