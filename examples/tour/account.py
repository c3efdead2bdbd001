"""Signing up, keys, permissions: the account's part of the tour."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from examples.tour.house import House
from examples.tour.rules import house_rules, isolated
from examples.tour.step import Both, Chapter, Step

from tests.limits.desk import Desk
from yumen.errors import Fault
from yumen.limits import Kind, Limit

PASSWORD = "a password of some length"  # noqa: S105  (it opens nothing that lasts)
TRIAL = (20, 5000)
MINUTE_US = 60_000_000


def sign_up(house: House) -> list[str]:
    """Sign an enterprise up: mail address, telephone, purpose, each verified."""
    application = {"kind": "enterprise", "organization_name": "Acme", "name": "Li Lei", "email": "li@acme.example", "password": PASSWORD}
    application |= {"purpose": "Customer service.", "country": "CN", "phone": "+8613800138000"}
    step = admin(house, "sign_up", application)
    by_mail = {"sign_up_id": step["id"], "channel": "email", "code": house.outbox.mailed_code()}
    step = admin(house, "sign_up/verify", by_mail)
    by_phone = {"sign_up_id": step["id"], "channel": "phone", "code": house.outbox.texted_code()}
    step = admin(house, "sign_up/verify", by_phone)
    (acme,) = [each for each in listed(house, "organizations", "list") if each["name"] == "Acme"]
    assert acme["id"] == step["organization_id"]
    return ["mail to li@acme.example: verified", "text message to +8613800138000: verified", f"Acme: plan {acme['plan']}"]


def admin(house: House, what: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post to the admin API."""
    status, answer = house.post(f"{house.gateway.control_url}/v1/organizations/{what}", body)
    assert status == 200, answer
    return answer


def listed(house: House, *command: str) -> list[dict[str, Any]]:
    """Return what a listing command says."""
    return [json.loads(line) for line in house.gateway.run(*command, "--json").splitlines()]


def create_keys(house: House) -> list[str]:
    """Make a key for each environment; each is shown once, and only its hash is kept."""
    keys = {name: house.gateway.new_key(name, "--environment", name) for name in ("production", "staging")}
    shown = house.gateway.run("keys", "list", "--json")
    for name, key in keys.items():
        assert key.startswith(f"yk-{name}-")
        assert key not in shown
        assert house.ask(key)[0] == 200
    return ["yk-production-…", "yk-staging-…", "200 for each; neither is in what `yumen keys list` shows"]


def allow_list(house: House) -> list[str]:
    """A key that somebody found opens nothing from another address."""
    elsewhere = house.gateway.new_key("elsewhere", "--allow-ip", "10.0.0.0/8")
    here = house.gateway.new_key("here", "--allow-ip", "127.0.0.1")
    status, answer = house.ask(elsewhere)
    assert house.ask(here)[0] == 200
    return [f"10.0.0.0/8, asked from 127.0.0.1: {status} {answer['error']['type']}", "127.0.0.1, asked from 127.0.0.1: 200"]


def trial(_: House) -> list[str]:
    """The real limiter on a clock that jumps: twenty in any minute, five thousand a month, and the next month begins anew."""
    return asyncio.run(play_trial())


async def play_trial() -> list[str]:
    """Use up a month of the trial plan."""
    minute, month = TRIAL
    desk = Desk(Limit(Kind.REQUESTS_PER_MINUTE, minute), Limit(Kind.REQUESTS_PER_MONTH, month))
    admitted, refused_by = 0, ""
    for _ in range(month // minute):
        admitted += await burst(desk, minute)
        assert await burst(desk, 1) == 0
        desk.clock.move(MINUTE_US)
    assert admitted == month
    try:
        await desk.ask()
    except Fault as fault:
        refused_by = fault.message
    assert f"monthly limit of {month:,} requests" in refused_by, refused_by
    while await burst(desk, 1) == 0:
        desk.clock.move(60 * MINUTE_US)
    return [f"{minute} in any minute, then 429", f"{month} in the month, then 429 until the next month begins"]


async def burst(desk: Desk, times: int) -> int:
    """Ask so often, and return how many were admitted."""
    admitted = 0
    for _ in range(times):
        try:
            desk.end(await desk.ask())
            admitted += 1
        except Fault as fault:
            assert fault.status == 429  # noqa: PT017  (what refused is looked at, and the walk goes on)
    return admitted


def more_a_second(house: House) -> list[str]:
    """The operator grants what an enterprise asks for; it holds within a second, without a restart."""
    house.gateway.run("plans", "set", "enterprise", "--limit", "requests_per_second=50", "--limit", "requests_per_minute=2000")
    house.gateway.run("organizations", "update", "Acme", "--plan", "enterprise")
    (acme,) = [each for each in listed(house, "organizations", "list") if each["name"] == "Acme"]
    assert acme["plan"] == "enterprise"
    (plan,) = [each for each in listed(house, "plans", "list") if each["name"] == "enterprise"]
    assert "50" in json.dumps(plan["limits"])
    return ["Acme: plan enterprise, 50 requests a second, 2000 a minute"]


CHAPTER = Chapter(
    Both("The account", "注册与账号"),
    [
        Step(
            Both("An account with a mail address, a telephone and a purpose", "用邮箱、手机号和用途说明注册账号"),
            Both(
                "Enterprises and individuals sign up; a code goes to the address, and where the country asks for it to the phone.",
                "企业和个人都可以注册；验证码发到邮箱，需要时再发到手机。这里邮件和短信都落在本机的发件箱里。",
            ),
            'curl "$YUMEN_CONTROL_URL/v1/organizations/sign_up" -H "content-type: application/json" \\\n'
            '  -d \'{"kind": "enterprise", "organization_name": "Acme", "email": "li@acme.example", "phone": "+8613800138000", …}\'',
            sign_up,
        ),
        Step(
            Both("A key for each environment, shown once", "按环境命名密钥，只显示一次"),
            Both("What is kept is a hash: nobody can look a key up later.", "系统只保存哈希，事后谁也查不到密钥原文。"),
            "yumen keys create production --environment production\nyumen keys create staging --environment staging",
            create_keys,
        ),
        Step(
            Both("An allow-list of addresses", "配置 IP 白名单"),
            Both("A key that leaks opens nothing from elsewhere.", "密钥即使泄露，换个地址也用不了。"),
            "yumen keys create here --allow-ip 127.0.0.1",
            allow_list,
        ),
        Step(
            Both("A trial: 20 calls a minute, 5,000 a month", "试用账号：每分钟 20 次，每月 5000 次"),
            Both(
                "The real limiter, on a clock that jumps: a month passes while you read this.",
                "真实的限流器，配一只会跳的时钟：读完这一行，一个月已经过去。",
            ),
            "yumen plans list",
            trial,
        ),
        Step(
            Both("More calls a second for an enterprise", "企业用户提高 QPS 限额"),
            Both("A plan is data; a change holds within a second.", "套餐只是数据，改动一秒内生效。"),
            "yumen plans set enterprise --limit requests_per_second=50 --limit requests_per_minute=2000\n"
            "yumen organizations update Acme --plan enterprise",
            more_a_second,
        ),
        Step(
            Both("An environment of its own for sensitive data", "敏感数据隔离环境"),
            Both(
                "Upstreams, a database and an encryption key of its own; no content is kept unless it says so.",
                "被隔离的组织独享上游、数据库和加密密钥；除非它自己声明，否则不保存任何内容。",
            ),
            "yumen organizations isolate Acme",
            isolated,
        ),
        Step(
            Both("Content rules of one's own", "定制内容审核策略"),
            Both(
                "Rules on what may be asked and said, letter by letter. What must not leave is sent as a placeholder, and comes back.",
                "规定能问什么、能答什么，逐字检查流式输出。不得外发的值换成占位符发送，应答中再还原。",
            ),
            "yumen policy add house-rules.toml\nyumen policy attach house-rules --organization Acme",
            house_rules,
        ),
    ],
)
