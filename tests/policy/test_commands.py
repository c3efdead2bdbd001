"""`yumen policy`: as an operator runs it, beside a database that a gateway may be using."""

from __future__ import annotations

import asyncio
import json
from io import StringIO
from pathlib import Path

import msgspec
import pytest

from tests.cli.command import Ran
from tests.organizations.test_commands import in_town, lines, ran, refused
from tests.policy.documents import flag
from yumen.app.keyring import keks_of
from yumen.cli.console import Console
from yumen.cli.program import run
from yumen.clock import Clock
from yumen.isolation import Keyring
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.organizations.values import DEFAULT_ORGANIZATION
from yumen.policy.findings import Excerpt
from yumen.policy.flags import context_of
from yumen.policy.starters import starter_text
from yumen.policy.store import FlagRow
from yumen.policy.store_sql import SqlFlagStore
from yumen.policy.values import Action
from yumen.settings import resolve
from yumen.settings.sources import Sources
from yumen.storage import Database, DataFolder
from yumen.words import words_for

CATS = 'name = "cats"\n[[rules]]\nname = "no-cats"\naction = "{}"\nwhy = "No cats."\nwords = ["cat"]\n'
REDACTED = CATS.format("redact")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data folder, in which there are a key `ci` and two versions of a policy `cats`."""
    folder = tmp_path_factory.mktemp("policies")
    in_town(folder, lambda town: town.offices.registry.every())
    ran(folder, "keys", "create", "ci")
    for action in ("flag", "block"):
        (folder / "cats.toml").write_text(CATS.format(action), encoding="utf-8")
        ran(folder, "policy", "add", str(folder / "cats.toml"))
    return folder


def alone(*arguments: str, **environment: str) -> Ran:
    """Run a command that needs no data folder."""
    out, err = StringIO(), StringIO()
    code = run([*arguments], Console(words_for(environment), environment, out, err))
    return Ran(code, out.getvalue(), err.getvalue())


def test_policies_are_stored_in_versions(folder: Path) -> None:
    """The same again is no new one; each is shown as it is, and none that is not there."""
    assert ran(folder, "policy", "add", str(folder / "cats.toml")).out == "cats is stored as version 2\n"
    assert [line["version"] for line in lines(folder, "policy", "versions", "cats")] == [2, 1]
    assert json.loads(ran(folder, "policy", "show", "cats").out)["rules"][0]["action"] == "block"
    assert json.loads(ran(folder, "policy", "show", "cats", "--version", "1").out)["rules"][0]["action"] == "flag"
    assert "cats has no version 3" in refused(folder, "policy", "show", "cats", "--version", "3")
    assert "no such policy" in refused(folder, "policy", "show", "dogs")
    (line,) = lines(folder, "policy")
    assert (line["name"], line["version"], line["organization"], line["rules"]) == ("cats", 2, None, 1)


def test_policies_are_attached_and_detached(folder: Path) -> None:
    """To an organization, a workspace or a key: one of them; in shadow where that is said."""
    ran(folder, "policy", "attach", "cats", "--key", "ci", "--shadow")
    ran(folder, "policy", "attach", "cats", "--workspace", "production", "--version", "1")
    ran(folder, "policy", "attach", "cats", "--organization", "default")
    (newest,) = lines(folder, "policy")
    assert [place.partition(":")[0] for place in newest["attached"]] == ["key", "organization"]
    assert newest["attached"][0].endswith(" (shadow)")
    assert lines(folder, "policy", "versions", "cats")[1]["attached"][0].startswith("workspace:wrkspc_")
    for place in (("--key", "ci"), ("--workspace", "production"), ("--organization", "default")):
        ran(folder, "policy", "detach", "cats", *place)
    assert lines(folder, "policy")[0]["attached"] == []
    (folder / "gone.toml").write_text(REDACTED.replace("cats", "gone", 1), encoding="utf-8")
    ran(folder, "policy", "add", str(folder / "gone.toml"))
    ran(folder, "policy", "attach", "gone", "--key", "ci")
    assert "detach it everywhere first" in refused(folder, "policy", "delete", "gone")
    ran(folder, "policy", "detach", "gone", "--key", "ci")
    assert ran(folder, "policy", "delete", "gone").out == "gone is deleted, with its 1 versions\n"
    assert len(lines(folder, "policy")) == 1
    assert "nothing of that id" in refused(folder, "policy", "detach", "cats", "--key", "ci")
    assert "name what is under the policy" in refused(folder, "policy", "attach", "cats")
    assert "name one place" in refused(folder, "policy", "attach", "cats", "--key", "ci", "--workspace", "production")
    assert "no such version" in refused(folder, "policy", "attach", "cats", "--key", "ci", "--version", "9")


def test_a_key_that_takes_anothers_place_stays_under_its_policies(folder: Path) -> None:
    """As they were attached: of that version, in shadow or not."""
    ran(folder, "keys", "create", "old")
    ran(folder, "policy", "attach", "cats", "--key", "old", "--shadow", "--version", "1")
    ran(folder, "keys", "rotate", "old")
    places = lines(folder, "policy", "versions", "cats")[1]["attached"]
    assert [place.partition(":")[0] + place[-9:] for place in places] == ["key (shadow)"] * 2
    assert len(set(places)) == 2


def test_a_policy_is_tried_out(folder: Path) -> None:
    """Where it hits and what would be sent; exit code 1 where it blocks; a file that is wrong is one sentence."""
    file = str(folder / "cats.toml")
    blocked = alone("policy", "test", file, "--text", "a cat")
    assert (blocked.code, blocked.out.splitlines()[-1]) == (1, "blocked: No cats. (rule no-cats)")
    assert blocked.out.splitlines()[1].split("\t") == ["1", "3", "", "no-cats", "block", "word", "cat"]
    passed = alone("policy", "test", file, "--text", "a dog")
    assert (passed.code, passed.out) == (0, "no rule hits\nwhat would be sent:\na dog\n")
    (folder / "body.json").write_text('{"messages":[{"role":"user","content":"a cat"}]}', encoding="utf-8")
    (folder / "redact.toml").write_text(REDACTED, encoding="utf-8")
    tried = alone("policy", "test", str(folder / "redact.toml"), "--request", str(folder / "body.json"), "--json")
    assert (tried.code, json.loads(tried.out)["hits"][0]["path"]) == (0, "messages[0].content")
    assert "cat" not in json.loads(tried.out)["sent"]
    assert "--text or --request" in alone("policy", "test", file).err
    (folder / "wrong.toml").write_text(CATS.format("stop"), encoding="utf-8")
    assert "rule no-cats" in alone("policy", "test", str(folder / "wrong.toml"), "--text", "x").err
    assert "已拦截" in alone("policy", "test", file, "--text", "a cat", LC_ALL="zh_CN.UTF-8").out


def test_starters_are_shown() -> None:
    """By their names, and each as it can be kept in a file."""
    assert alone("policy", "starters").out.split() == ["customer-service", "personal-data", "secrets"]
    assert alone("policy", "starter", "secrets").out == starter_text("secrets")


def test_what_was_found_is_listed_and_looked_at_again(folder: Path) -> None:
    """By a file or a stored policy; what would have been done, and of how many hits nobody can say."""
    asyncio.run(store_flags(folder))
    (found,) = lines(folder, "policy", "flags", "--policy", "old")
    assert (found["rule"], found["action"], found["mode"], found["count"], found["text_kept"]) == ("animals", "flag", "enforce", 3, True)
    assert lines(folder, "policy", "flags", "--policy", "new") == []
    assert len(lines(folder, "policy", "flags", "--since", "2w", "--organization", "default")) == 2
    again = ran(folder, "policy", "replay", str(folder / "redact.toml"), "--json")
    assert [json.loads(line) for line in again.out.splitlines()] == [
        {"rule": "old/animals", "action": "flag", "new_rule": "", "new_action": "nothing", "hits": 1},
        {"rule": "old/animals", "action": "flag", "new_rule": "no-cats", "new_action": "redact", "hits": 1},
    ]
    assert again.err.startswith("yumen: 1 hits could not be looked at again")
    assert lines(folder, "policy", "replay", "cats")[1]["new_action"] == "block"


async def store_flags(folder: Path) -> None:
    """Write two flags: one of today with the words around two of its three hits, one of last week without."""
    database = Database(DataFolder(folder / "data").database_url)
    settings = resolve({"data": str(folder / "data")}, {}).settings
    keyring = Keyring(SqlDataKeyStore(database), keks_of(settings, Sources(settings.secrets, {})), Clock())
    now_us = Clock().now_us()
    owners = (DEFAULT_ORGANIZATION, "wrkspc_x", "apikey_x")
    row = FlagRow("req_1", 0, now_us, *owners, flag("old/animals", Action.FLAG, 3))
    words = msgspec.json.encode([Excerpt("a cat", 2, 5), Excerpt("a dog", 2, 5)])
    sealed = (await keyring.sealer(DEFAULT_ORGANIZATION)).seal(words, context_of(row))
    older = FlagRow("req_0", 0, now_us - 7 * 86_400_000_000, *owners, flag("older/animals"))
    await SqlFlagStore(database).add([msgspec.structs.replace(row, sealed=sealed), older])
    await database.dispose()


def test_a_broken_policy_refuses_the_start(tmp_path: Path) -> None:
    """With one sentence that names the rule, before anything is served or written."""
    (tmp_path / "wrong.toml").write_text(CATS.format("stop"), encoding="utf-8")
    for named in (("--policy", str(tmp_path / "wrong.toml")), ("--set", f"policy={tmp_path / 'wrong.toml'}")):
        ended = alone("serve", "--upstream", "sandbox", "--data", str(tmp_path / "data"), *named)
        assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
        assert "rule no-cats" in ended.err
    assert not (tmp_path / "data").exists()
