"""`yumen secrets check` says what each reference leads to, and shows nothing of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.command import inside, yumen
from tests.vault import OpenBao, openbao

__all__ = ["openbao"]

KEY = "sk-ant-api03-a-key-that-nobody-may-see"
PASSWORD = "correct horse battery staple"


def test_each_reference_is_tried_and_none_is_shown(tmp_path: Path, openbao: OpenBao) -> None:
    """Whatever the settings name is looked at: there, with white space, missing, no key, or not even a reference."""
    openbao.root.secrets.kv.v2.create_or_update_secret("team/mail", {"password": PASSWORD})
    (tmp_path / "key").write_text(f"  {KEY}\n\n")
    (tmp_path / "yumen.toml").write_text(
        f"""
        upstream = "http://127.0.0.1:9"
        credential = "file:{tmp_path}/key"
        [mail]
        password = "vault:secret/team/mail#password"
        [sms]
        secret = "vault:secret/team/none#password"
        [database]
        url = "postgresql://yumen@127.0.0.1:9/yumen"
        password = "vault:secret/forbidden/database#password"
        [redis]
        password = "env:REDIS_PASSWORD"
        [alerts]
        webhook_secret = "{KEY}"
        [environments.team]
        base_url = "https://gateway.internal"
        key = "env:TEAM_KEY"
        """
    )
    team = openbao.token('path "secret/data/team/*" { capabilities = ["read"] }')
    variables = {"VAULT_ADDR": openbao.url, "VAULT_TOKEN": team, "REDIS_PASSWORD": PASSWORD}
    ran = yumen(tmp_path, "secrets", "check", "--json", "--config", "yumen.toml", **variables)
    looks = {look["setting"]: look for look in map(json.loads, ran.out.splitlines())}
    assert {setting: look["state"] for setting, look in looks.items()} == {
        "credential": "ok",
        "mail.password": "ok",
        "sms.secret": "missing",
        "database.password": "forbidden",
        "redis.password": "ok",
        "alerts.webhook_secret": "invalid",
        "environments.team.key": "missing",
    }
    assert looks["mail.password"]["version"] == "1"
    assert looks["mail.password"]["since"].startswith("20")
    assert looks["credential"]["version"] is None
    assert looks["credential"]["found"] == "looks like a key of Claude's"
    assert "white space" in looks["credential"]["warnings"][0]
    assert ran.code == 1
    assert KEY not in ran.out + ran.err
    assert PASSWORD not in ran.out + ran.err
    assert team not in ran.out + ran.err


@pytest.mark.parametrize(
    ("variables", "words", "code"),
    [
        ({"CLAUDE_KEY": KEY}, "credential\tenvironment CLAUDE_KEY\tok\tlooks like a key of Claude's", 0),
        ({"CLAUDE_KEY": "two words"}, "credential\tenvironment CLAUDE_KEY\tunfit\t", 1),
        ({}, "credential\tenvironment CLAUDE_KEY\tmissing\t", 1),
        ({"LC_ALL": "zh_CN.UTF-8"}, "credential\tenvironment CLAUDE_KEY\t缺失\tenv:CLAUDE_KEY：未设置变量 CLAUDE_KEY。", 1),
        ({"CLAUDE_KEY": KEY, "LC_ALL": "zh_CN.UTF-8"}, "credential\tenvironment CLAUDE_KEY\t正常\t像是 Claude 的密钥", 0),
    ],
)
def test_a_table_of_what_was_found(tmp_path: Path, variables: dict[str, str], words: str, code: int) -> None:
    """One line for each, in the operator's language, and an exit code that a script can act upon."""
    (tmp_path / "yumen.toml").write_text('credential = "env:CLAUDE_KEY"')
    ran = inside(tmp_path, "secrets", "check", "--config", str(tmp_path / "yumen.toml"), **variables)
    assert words in ran.out
    assert ran.code == code
    assert "two words" not in ran.out


def test_an_extra_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference to a store whose library is missing says what to install."""
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "yumen.secrets.aws", raising=False)
    (tmp_path / "yumen.toml").write_text('credential = "aws-sm:team/claude"')
    ran = inside(tmp_path, "secrets", "check", "--config", str(tmp_path / "yumen.toml"))
    assert "pip install 'yumen[aws]'" in ran.out
    assert ran.code == 1


def test_without_a_word_it_checks(tmp_path: Path) -> None:
    """`yumen secrets` is `yumen secrets check`, and says so where nothing is to be checked."""
    assert inside(tmp_path, "secrets").out == inside(tmp_path, "secrets", "check").out != ""
