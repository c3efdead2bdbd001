"""`yumen keys`, as a program and as a person use it."""

from __future__ import annotations

import getpass
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ran, inside, yumen
from yumen.keys.form import parse_key
from yumen.keys.values import Credential


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the data folder."""
    return tmp_path


def keys(folder: Path, *arguments: str) -> Ran:
    """Run `yumen keys` on the folder's data."""
    return inside(folder, "keys", *arguments)


def created(folder: Path, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
    """Make a key and return what `--json` says."""
    return json.loads(keys(folder, "create", *arguments, "--json").out)


def listed(folder: Path) -> list[dict[str, Any]]:
    """The keys as `--json` lists them."""
    return [json.loads(line) for line in keys(folder, "list", "--json").out.splitlines()]


def test_a_key_is_shown_once(folder: Path) -> None:
    """The key stands alone on stdout, what it is on stderr, and neither the list nor the database has it."""
    ran = yumen(folder, "keys", "create", "my app", "--data", "data")
    key = ran.out.removesuffix("\n")
    assert isinstance(parse_key(key), Credential)
    assert "my app" in ran.err
    assert key not in ran.err
    secret = key.rsplit("-", 1)[1]
    assert secret not in keys(folder, "list").out + keys(folder, "list", "--json").out
    assert all(secret.encode() not in path.read_bytes() for path in (folder / "data").iterdir())


def test_json_has_what_programs_need(folder: Path) -> None:
    """`--json` gives one object with id, name, environment, key and expires_at."""
    made = created(folder, "a", "--environment", "staging", "--expires", "90d")
    assert set(made) == {"id", "name", "environment", "key", "expires_at"}
    assert made["key"].startswith("yk-staging-" + made["id"].removeprefix("apikey_"))
    assert created(folder, "b")["expires_at"] is None


def test_the_list_in_a_pipe_is_plain(folder: Path) -> None:
    """In a pipe the list is a line of names and a line a key, with tabs between."""
    made = created(folder, "a b", "--label", "ops", "--allow-ip", "10.0.0.0/8", "--allow-ip", "::1", "--max-tokens", "9")
    lines = keys(folder, "list").out.splitlines()
    assert lines[0] == "id\tname\tenvironment\tstatus\tcreated_at\texpires_at\tkind\tworkspace_id\tlabel\trestrictions\ton_leave\tcontent"
    (row,) = [line.split("\t") for line in lines[1:]]
    assert row[:4] == [made["id"], "a b", "production", "active"]
    assert row[6:] == ["standard", "wrkspc_00000000000000production", "ops", "addresses: 10.0.0.0/8, ::1; max_tokens: 9", "cancel", "off"]


def test_a_name_commands_no_terminal(folder: Path) -> None:
    """Control characters are refused where the name is given."""
    ran = keys(folder, "create", "a\tb\x1b[2J")
    assert (ran.code, ran.out, ran.err) == (1, "", "yumen: a key's name has at most 100 printable characters\n")


def test_rotation_and_revocation(folder: Path) -> None:
    """A rotated key gets an end and a successor of its name; a revoked one is listed as such."""
    old = created(folder, "app", "--allow-path", "/v1/skills*")
    new = json.loads(keys(folder, "rotate", "app", "--grace", "1h", "--json").out)
    assert new["id"] != old["id"]
    assert [(key["id"], key["status"], key["allowed_paths"]) for key in listed(folder)] == [
        (old["id"], "expiring", ["/v1/skills*"]),
        (new["id"], "active", ["/v1/skills*"]),
    ]
    assert new["id"] in keys(folder, "revoke", "app").out
    assert listed(folder)[1]["status"] == "revoked"
    assert keys(folder, "revoke", old["id"]).code == 0
    assert {key["status"] for key in listed(folder)} == {"revoked"}


def shown(folder: Path, key: str) -> dict[str, Any]:
    """A key as `show --json` has it."""
    made: dict[str, Any] = json.loads(keys(folder, "show", key, "--json").out)
    return made


EVERYTHING = (
    *("--env", "staging", "--expires", "90d", "--label", "ops", "--takes-label", "--max-tokens", "100", "--allow-path", "/v1/skills*"),
    *("--allow-ip", "::ffff:10.0.0.0/104", "--allow-ip", "192.0.2.7", "--allow-model", "claude-*", "--only-path", "/v1/messages"),
    *("--limit", "requests_per_minute=10", "--limit", "spend_per_month=1.00:reserve=bound", "--limit", "concurrent_requests=4:shadow"),
)


def test_a_key_with_everything(folder: Path) -> None:
    """Restrictions, label and limits of its own are what `show` says of it, to eyes and to programs."""
    made = created(folder, "ci", *EVERYTHING)
    key = shown(folder, "ci")
    assert (key["id"], key["environment"], key["workspace_id"]) == (made["id"], "staging", "wrkspc_00000000000000000staging")
    assert (key["label"], key["takes_label"], key["allowed_paths"]) == ("ops", True, ["/v1/skills*"])
    assert key["restrictions"] == [
        {"type": "addresses", "networks": ["10.0.0.0/8", "192.0.2.7"]},
        {"type": "models", "models": ["claude-*"]},
        {"type": "paths", "paths": ["/v1/messages"]},
        {"type": "max_tokens", "tokens": 100},
    ]
    assert set(key["limits"]) == {"requests_per_minute=10", "spend_per_month=1.00:reserve=bound", "concurrent_requests=4:shadow"}
    told = dict(line.split("\t") for line in keys(folder, "show", "ci").out.splitlines())
    assert told["organization_id"] == "org_00000000000000000default (default)"
    assert told["restrictions"] == "addresses: 10.0.0.0/8, 192.0.2.7; models: claude-*; paths: /v1/messages; max_tokens: 100"


def test_an_update_changes_what_it_names(folder: Path) -> None:
    """What is named takes the place of what was there, `--no-…` takes it away, and the rest stays."""
    created(folder, "ci", *EVERYTHING)
    before = shown(folder, "ci")
    ran = keys(folder, "update", "ci", "--allow-ip", "2001:db8::/32", "--no-allow-model", "--limit", "requests_per_minute=20")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"changed {before['id']} (ci); a running gateway heeds it within a second\n"
    after = shown(folder, "ci")
    assert [each["type"] for each in after["restrictions"]] == ["addresses", "paths", "max_tokens"]
    assert after["restrictions"][0]["networks"] == ["2001:db8::/32"]
    assert "requests_per_minute=20" in after["limits"]
    assert {name for name in before if before[name] != after[name]} == {"restrictions", "limits"}
    nothing = ("--no-allow-ip", "--no-only-path", "--no-max-tokens", "--no-label", "--no-takes-label", "--no-expires", "--no-allow-path")
    assert keys(folder, "update", "ci", *nothing, "--name", "web", "--status", "inactive").code == 0
    bare = shown(folder, "web")
    assert (bare["restrictions"], bare["label"], bare["takes_label"], bare["expires_at"], bare["allowed_paths"]) == (
        [],
        None,
        False,
        None,
        [],
    )
    assert bare["status"] == "inactive"
    assert keys(folder, "update", "web", "--status", "active").code == 0
    assert shown(folder, "web")["status"] == "active"


@pytest.mark.parametrize(
    ("said", "shown_as"),
    [(None, "cancel"), ("cancel", "cancel"), ("drain", "drain"), ("drain=30s", "drain=30s"), ("drain=2m", "drain=120s")],
)
def test_what_becomes_of_answers_whose_caller_leaves(folder: Path, said: str | None, shown_as: str) -> None:
    """It is shown as it was said; an update changes it, and one that does not name it lets it stay."""
    created(folder, "a", *(() if said is None else ("--on-leave", said)))
    assert shown(folder, "a")["on_leave"] == shown_as
    assert keys(folder, "update", "a", "--label", "x").code == 0
    assert shown(folder, "a")["on_leave"] == shown_as
    assert keys(folder, "update", "a", "--on-leave", "drain").code == 0
    assert shown(folder, "a")["on_leave"] == "drain"
    assert keys(folder, "update", "a", "--on-leave", "cancel").code == 0
    assert shown(folder, "a")["on_leave"] == "cancel"


def test_what_is_written_down_of_a_keys_requests(folder: Path) -> None:
    """Nothing unless it was said; an update changes it, one that does not name it lets it stay, and so does a replacement."""
    created(folder, "a")
    assert shown(folder, "a")["content"] == "off"
    assert keys(folder, "update", "a", "--content", "errors").code == 0
    assert keys(folder, "update", "a", "--label", "x").code == 0
    assert shown(folder, "a")["content"] == "errors"
    assert keys(folder, "rotate", "a").code == 0
    assert shown(folder, "a")["content"] == "errors"
    created(folder, "b", "--content", "all")
    assert shown(folder, "b")["content"] == "all"
    assert keys(folder, "update", "b", "--content", "everything").code != 0


def test_an_admin_key(folder: Path) -> None:
    """It is the operator's unless an organization is named; it belongs to no workspace, and has nothing that only models know."""
    made = created(folder, "root", "--kind", "admin")
    assert made["key"].startswith("yk-admin-")
    assert [shown(folder, "root")[name] for name in ("kind", "role", "workspace_id")] == ["admin", "operator", None]
    created(folder, "bills", "--kind", "admin", "--role", "billing", "--organization", "default")
    assert [shown(folder, "bills")[name] for name in ("role", "organization_id")] == ["billing", "org_00000000000000000default"]
    created(folder, "admin", "--kind", "admin", "--organization", "default")
    assert shown(folder, "admin")["role"] == "admin"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kind", "admin", "--limit", "requests_per_minute=1"), "an admin key has no --limit"),
        (("--kind", "admin", "--env", "staging"), "an admin key has no --environment"),
        (("--kind", "admin", "--role", "viewer"), "needs --organization"),
        (("--role", "viewer"), "--role goes with --kind admin"),
        (("--organization", "acme"), "there is no organization or workspace 'acme'"),
        (("--kind", "admin", "--organization", "acme"), "there is no organization or workspace 'acme'"),
        (("--workspace", "wrkspc_1"), "there is no organization or workspace 'wrkspc_1'"),
        (("--workspace", "production", "--env", "staging"), "exclude each other"),
        (("--member", "a@example.com"), "'a@example.com' is no member of the organization org_00000000000000000default"),
        (("--allow-ip", "10.0.0.1/8"), "not '10.0.0.1/8'"),
        (("--label", ""), "a label has 1 to 64"),
        (("--on-leave", "drain=soon"), "--on-leave takes cancel, drain or drain=DURATION such as drain=30s, not 'drain=soon'"),
        (("--on-leave", "drain="), "not 'drain='"),
        (("--on-leave", "cancel=1s"), "not 'cancel=1s'"),
        (("--on-leave", "drain=2d"), "at most 86400 seconds"),
        (("--limit", "requests_per_minute=0"), "requests_per_minute takes a value above nothing"),
    ],
)
def test_orders_that_cannot_be_met(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    """Each is one sentence, and no key is made."""
    created(folder, "there")
    ran = keys(folder, "create", "a", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err
    assert len(listed(folder)) == 1


def test_setting_and_taking_away_at_once_is_refused(folder: Path) -> None:
    """Nobody can mean both."""
    created(folder, "a")
    ran = keys(folder, "update", "a", "--label", "x", "--no-label")
    assert (ran.code, ran.err) == (1, "yumen: --label and --no-label exclude each other\n")


def test_a_members_key_in_a_workspace_of_its_own(folder: Path) -> None:
    """The workspace, by id, says organization and environment; the member is found by address, in that organization alone."""
    created(folder, "a")
    with sqlite3.connect(folder / "data" / "yumen.db") as database:
        database.execute(
            "INSERT INTO organizations VALUES ('org_1', 'acme', 'enterprise', 'trial', 'UTC', 0, NULL, 1, NULL, 0, NULL, NULL)"
        )
        database.execute("INSERT INTO workspaces VALUES ('wrkspc_1', 'org_1', 'lab', 'staging', 1, NULL)")
        database.execute("INSERT INTO workspaces VALUES ('wrkspc_2', 'org_1', 'production', 'production', 1, NULL)")
        database.execute("INSERT INTO users VALUES ('user_1', 'ann@example.com', 'Ann', NULL, NULL, 0, 1, NULL)")
        database.execute("INSERT INTO members VALUES ('org_1', 'user_1', 'developer', 1)")
    made = created(folder, "lab", "--workspace", "wrkspc_1", "--member", "Ann@example.com")
    key = shown(folder, "lab")
    assert made["environment"] == "staging"
    assert [key[name] for name in ("workspace_id", "organization_id", "user_id")] == ["wrkspc_1", "org_1", "user_1"]
    assert "user_1 (ann@example.com)" in keys(folder, "show", "lab").out
    assert "is no member" in keys(folder, "create", "b", "--member", "ann@example.com").err
    created(folder, "theirs", "--organization", "acme", "--member", "ann@example.com")
    assert [shown(folder, "theirs")[name] for name in ("workspace_id", "organization_id", "user_id")] == ["wrkspc_2", "org_1", "user_1"]
    created(folder, "ours", "--organization", "default")
    assert shown(folder, "ours")["organization_id"] == "org_00000000000000000default"
    assert created(folder, "named", "--organization", "acme", "--workspace", "lab")["environment"] == "staging"
    assert "is of another organization" in keys(folder, "create", "b", "--organization", "default", "--workspace", "wrkspc_1").err
    assert "workspace 'staging'" in keys(folder, "create", "b", "--organization", "acme", "--env", "staging").err
    assert keys(folder, "update", "lab", "--no-member").code == 0
    assert shown(folder, "lab")["user_id"] is None


def test_every_act_is_audited(folder: Path) -> None:
    """Making, changing, replacing and revoking leave one act each, in the name of the user of this machine, and no secret."""
    made = created(folder, "a", "--limit", "requests_per_minute=5")
    keys(folder, "update", "a", "--label", "ops")
    keys(folder, "rotate", "a")
    keys(folder, "revoke", made["id"])
    with sqlite3.connect(folder / "data" / "yumen.db") as database:
        acts = database.execute("SELECT action, target, actor FROM audit ORDER BY sequence").fetchall()
        whole = str(database.execute("SELECT * FROM audit").fetchall())
    assert [action for action, _, _ in acts] == [
        "api_key.create",
        "limit.set",
        "api_key.update",
        "api_key.rotate",
        "api_key.revoke",
    ]
    assert {actor.partition(":")[0] for _, _, actor in acts} == {"command line"}
    assert {actor.partition(":")[2] for _, _, actor in acts} == {getpass.getuser()}
    assert made["key"].rsplit("-", 1)[1] not in whole


def test_every_write_raises_the_revision(folder: Path) -> None:
    """A running gateway can see each of them."""
    created(folder, "a")
    keys(folder, "rotate", "a")
    keys(folder, "revoke", "a")
    with sqlite3.connect(folder / "data" / "yumen.db") as database:
        assert database.execute("SELECT number FROM revision").fetchone() == (3,)


def test_what_is_not_there_is_said(folder: Path) -> None:
    """An unknown name ends with 1 and a sentence."""
    created(folder, "a")
    ran = keys(folder, "revoke", "b")
    assert (ran.code, ran.err) == (1, "yumen: there is no key 'b': yumen keys list shows them\n")


def test_only_the_owner_can_read_the_data(folder: Path) -> None:
    """The folder is made 0700 and its files 0600; one that is wider is refused."""
    created(folder, "a")
    data = folder / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in data.iterdir()} == {0o600}
    data.chmod(0o755)
    assert f"{data} is open to others (mode 0755): run chmod 0700 {data}" in keys(folder, "list").err
