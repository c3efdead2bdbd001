"""Today's Python SDK lists and changes organizations through the admin API: every answer fits its types, held to them strictly."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.conftest import PROGRAMS, interpreter, run_program
from tests.gateway import Gateway, clean_environment

pytestmark = pytest.mark.clients
CLIENT = "python-2.12"
PASSWORD = "a password of some length"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Run the program once before a real gateway, and return what each of its functions told."""
    python = interpreter(CLIENT)
    folder = tmp_path_factory.mktemp("organization")
    with Gateway(folder / "gateway") as gateway:
        boss = gateway.new_key("boss", "--kind", "admin")
        gateway.new_key("ci")
        [key] = [one for one in ask(gateway, "GET", "api_keys", boss)["data"] if one["name"] == "ci"]
        token = ask(gateway, "POST", "invites", boss, {"email": "grace@example.org", "role": "developer"})["token"]
        member = ask(gateway, "POST", "invites/accept", None, {"token": token, "name": "Grace", "password": PASSWORD})
        names = {"GATEWAY_URL": gateway.control_url, "GATEWAY_KEY": boss, "MEMBER_ID": member["id"], "API_KEY_ID": key["id"]}
        printed = run_program([python, str(PROGRAMS / "organization.py")], folder, clean_environment(**names))
        yield {line["does"]: line for line in map(json.loads, printed.splitlines())}
        assert gateway.stop() == 0, gateway.output()


def ask(gateway: Gateway, method: str, path: str, key: str | None, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the admin API without the SDK."""
    headers = {"content-type": "application/json"} | ({"x-api-key": key} if key else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{gateway.control_url}/v1/organizations/{path}", data, headers, method=method)  # noqa: S310  (loopback)
    with urllib.request.urlopen(request) as answer:  # noqa: S310  (loopback)
        found: dict[str, Any] = json.load(answer)
    return found


def of(told: dict[str, Any], does: str) -> Any:  # noqa: ANN401  (as the program printed it)
    """Return what a function told, or show why it failed."""
    assert "failed" not in told[does], told[does]["failed"]
    return told[does]["told"]


def test_the_organization_of_the_key(told: dict[str, Any]) -> None:
    """The organization is shown."""
    assert of(told, "me") == {"name": "default", "type": "organization"}


def test_api_keys(told: dict[str, Any]) -> None:
    """Keys are listed page by page, shown, renamed, switched off and on, and revoked for good."""
    found = of(told, "api_keys")
    assert found.pop("hint").startswith("yk-production-")
    assert found == {
        "paged": True,
        "scope": "workspace",
        "names": ["ci", "renamed"],
        "statuses": ["active", "inactive", "active", "archived"],
        "archived": True,
    }


def test_workspaces_and_their_members(told: dict[str, Any]) -> None:
    """A workspace is made, renamed, peopled, emptied and archived, and stands only in the list that asks for archived ones."""
    assert of(told, "workspaces") == {
        "names": ["research", "science", "science"],
        "roles": ["workspace_developer", "workspace_admin", "workspace_admin"],
        "listed": True,
        "removed": "workspace_member_deleted",
        "archived": True,
        "without": True,
        "with": True,
    }


def test_users(told: dict[str, Any]) -> None:
    """Members are listed by role and address, and get another role."""
    assert of(told, "users") == {"listed": True, "role": "billing", "by_email": True}


def test_invites(told: dict[str, Any]) -> None:
    """Somebody is invited, listed, and the invitation taken back."""
    assert of(told, "invites") == {"role": "user", "status": "pending", "listed": True, "deleted": "invite_deleted"}


def test_rate_limits(told: dict[str, Any]) -> None:
    """The groups are listed; a workspace's own limit is set, shown with its source, and cleared."""
    found = of(told, "rate_limits")
    assert found.pop("models") > 5
    assert found == {
        "groups": ["model_group", "batch", "token_count", "files"],
        "value": [7],
        "source": "workspace",
        "cleared": True,
    }


def test_spend_limits(told: dict[str, Any]) -> None:
    """A member's spend limit is set in cents, and is what holds for it."""
    assert of(told, "spend_limits") == {
        "set": ["50000", "monthly", "user"],
        "effective": ["50000", "monthly", "USD", "user", "0"],
        "same": True,
    }


def test_faults_are_the_sdks_own(told: dict[str, Any]) -> None:
    """What is not there, not valid, not served here or not allowed raises the SDK's typed errors with our request ids."""
    missing, wrong, other, stranger = of(told, "faults")["found"]
    assert missing[:3] == [404, "not_found_error", True]
    assert wrong == [400, "invalid_request_error", True, "name: String should have at least 1 character"]
    assert other[:3] == [404, "not_found_error", True]
    assert stranger[:3] == [401, "authentication_error", True]
