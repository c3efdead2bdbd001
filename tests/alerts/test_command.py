"""`yumen alerts`, as an operator runs it: every channel is tried and named, what was told is listed, and no secret is ever shown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.doubles import NOW
from tests.gateway import Gateway
from tests.notices.mail_server import PASSWORD, SENDER, USER, authority_file, mail_server
from tests.notices.receiver import TOKEN, Arrived, Receiver, receiving
from yumen.alerts import News, Topic
from yumen.alerts.store_sql import SqlAlertStore
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.storage import Database
from yumen.words import Words

SECRET = "SEC-shared-secret-that-nobody-may-see"
CONFIG = """
[mail]
server = "localhost:{port}"
authority = "{authority}"
user = "{user}"
password = "env:MAIL_PASSWORD"
sender = "{sender}"
language = "zh"

[alerts]
mail = ["ops@example.org", "night@example.org"]
webhook = "{url}/hook/{token}"
webhook_secret = "env:SECRET"
dingtalk = "env:DINGTALK"
dingtalk_secret = "env:SECRET"
feishu = "env:FEISHU"
feishu_secret = "env:SECRET"
wecom = "env:WECOM"
"""


def well(arrived: Arrived) -> tuple[int, dict[str, Any]]:
    """Answer as each of them does where all is well."""
    return 200, {} if arrived.path.startswith("/hook/") else {"errcode": 0, "code": 0}


def ill(arrived: Arrived) -> tuple[int, dict[str, Any]]:
    """Refuse, and repeat all that was sent, as a careless receiver may."""
    return (500 if arrived.path.startswith("/hook/") else 200), {"errcode": 1, "code": 1, "errmsg": f"{arrived} {SECRET} {TOKEN}"}


@asynccontextmanager
async def configured(folder: Path, judge: Any) -> AsyncIterator[tuple[Gateway, Receiver, Any]]:  # noqa: ANN401  (a judge of the receiver's)
    """A data folder whose settings name every channel, each with a receiver."""
    async with receiving(judge) as receiver:
        with mail_server(folder, login=True) as (post, port):
            config = CONFIG.format(
                port=port, authority=authority_file(folder), user=USER, sender=SENDER, url=receiver.url, token=f"x/{TOKEN}"
            )
            environment = {
                "MAIL_PASSWORD": PASSWORD,
                "SECRET": SECRET,
                "DINGTALK": f"{receiver.url}/robot/send?access_token={TOKEN}",
                "FEISHU": f"{receiver.url}/open-apis/bot/v2/{TOKEN}",
                "WECOM": f"{receiver.url}/cgi-bin/webhook/send?key={TOKEN}",
            }
            yield Gateway(folder / "gateway", config=config, environment=environment), receiver, post


async def test_every_channel_is_tried(tmp_path: Path) -> None:
    """Where all is well each channel is said to have taken it, and each got it, in the language of the settings."""
    async with configured(tmp_path, well) as (gateway, receiver, post):
        said = await asyncio.to_thread(gateway.run, "alerts", "test")
    assert said.splitlines() == [
        "mail ops@example.org: sent",
        "mail night@example.org: sent",
        "webhook: sent",
        "dingtalk: sent",
        "feishu: sent",
        "wecom: sent",
    ]
    assert len(receiver.arrived) == 4
    assert {mail["To"] for mail in post.mails} == {"ops@example.org", "night@example.org"}
    assert all("测试通知" in mail["Subject"] for mail in post.mails)


async def test_what_failed_is_named_and_no_secret_shown(tmp_path: Path) -> None:
    """Where receivers refuse and repeat what they got, each channel is said to have failed, and no token, secret or password is shown."""
    async with configured(tmp_path, ill) as (gateway, _, post):
        post.refuse = f"550 {PASSWORD}"
        said = await asyncio.to_thread(lambda: gateway.run("alerts", "test", code=1))
        noted = (gateway.folder / "command.err").read_text()
    assert said.splitlines() == [
        "mail ops@example.org: not sent: the mail server localhost refuses the recipient (550)",
        "mail night@example.org: not sent: the mail server localhost refuses the recipient (550)",
        "webhook: not sent: 127.0.0.1 answered with status 500",
        "dingtalk: not sent: DingTalk refused the notice (code 1)",
        "feishu: not sent: Feishu refused the notice (code 1)",
        "wecom: not sent: WeCom refused the notice (code 1)",
    ]
    assert not any(secret in said + noted for secret in (PASSWORD, SECRET, TOKEN))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("", "there is no channel for alerts"),
        ('[alerts]\nmail = ["a@b.example"]', "alerts.mail needs a mail server"),
        ('[mail]\nserver = "mail.example:25"\ntls = "none"\n[alerts]\nmail = ["a@b.example"]', "mail.tls = none is for a mail server"),
        ('[mail]\nserver = "localhost:25"\n[alerts]\nmail = ["a@b, c@d"]', "alerts.mail takes plain mail addresses"),
        ('[mail]\nserver = "localhost:25"\nuser = "x"\n[alerts]\nmail = ["a@b"]', "mail.user and mail.password go together"),
        ('[mail]\nserver = "localhost"\n', "mail.server takes HOST:PORT"),
        (f'[alerts]\ndingtalk = "https://oapi.example/robot?access_token={TOKEN}"', "alerts.dingtalk takes env:NAME, file:PATH, aws-sm:"),
        ('[alerts]\nfeishu = "env:NOTHING"', "alerts.feishu cannot be had: env:NOTHING: "),
        ('[alerts]\nwecom = "env:PLAIN"', "alerts.wecom has no TLS"),
        ('[alerts]\nwebhook = "http://hooks.example/x"', "alerts.webhook has no TLS"),
        ('[sms]\nwebhook = "https://sms.example/x"', "sms.webhook needs sms.secret"),
    ],
)
def test_settings_that_will_not_do(tmp_path: Path, config: str, said: str) -> None:
    """Each mistake is named in one sentence, without the secret."""
    path = tmp_path / "yumen.toml"
    path.write_text(config)
    out, err = StringIO(), StringIO()
    console = Console(Words({}), {"PLAIN": f"http://robots.example/?key={TOKEN}"}, out, err)
    assert run(["alerts", "test", "--config", str(path), "--data", str(tmp_path)], console) == 1
    assert err.getvalue().startswith(f"yumen: {said}")
    assert len(err.getvalue().splitlines()) == 1
    assert TOKEN not in err.getvalue() + out.getvalue()


async def test_what_was_told_is_listed(tmp_path: Path) -> None:
    """The list shows the newest first: a line each in a pipe, objects with --json, no more than asked for; Chinese for Chinese."""
    gateway = Gateway(tmp_path)
    await asyncio.to_thread(gateway.new_key)
    database = Database(f"sqlite+aiosqlite:///{gateway.data}/yumen.db")
    facts: dict[str, str | int] = {"key": "apikey_1", "name": "ci", "network": "203.0.113.0/24", "address": "203.0.113.7"}
    store = SqlAlertStore(database)
    await store.claim([News("errors:default", Topic.ERRORS, NOW, {"upstream": "default", "count": 20})])
    for number, network in enumerate(("198.51.100.0/24", "203.0.113.0/24")):
        await store.meet("apikey_1", network, News(f"network:{network}", Topic.NETWORK, NOW + number * 1_000_000, facts, "org_1"))
    await database.dispose()
    lines = (await asyncio.to_thread(gateway.run, "alerts", "list")).splitlines()
    assert lines == [
        "time\ttopic\talert",
        "2027-01-15 08:00:01\tnetwork\tthe key ci (apikey_1) is used from a new network",
        "2027-01-15 08:00:00\terrors\tmany errors of the upstream default",
    ]
    (line,) = (await asyncio.to_thread(gateway.run, "alerts", "list", "--json", "--limit", "1")).splitlines()
    assert json.loads(line) == {
        "time": "2027-01-15T08:00:01.000000Z",
        "topic": "network",
        "name": "network:203.0.113.0/24",
        "organization_id": "org_1",
        "facts": facts,
    }
    gateway.environment |= {"LC_ALL": "zh_CN.UTF-8"}
    assert "密钥 ci (apikey_1) 在新网段使用" in await asyncio.to_thread(gateway.run, "alerts", "list")
