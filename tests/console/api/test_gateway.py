"""The admin API of a running gateway: what is done by it holds for callers, and what callers do is seen by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.gateway import Gateway, wait_for

ROOT = "/v1/organizations"
HELLO = {"model": "claude-haiku-4-5", "max_tokens": 20, "messages": [{"role": "user", "content": "Hello"}]}


class Admin:
    """A running gateway's admin API with an operator's key."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.key = gateway.new_key("boss", "--kind", "admin")

    def ask(self, method: str, path: str, status: int = 200, **more: Any) -> dict[str, Any]:  # noqa: ANN401  (what the client takes)
        """Ask it, and expect a status."""
        answer = httpx2.request(method, f"{self.gateway.control_url}{ROOT}/{path}".rstrip("/"), headers={"x-api-key": self.key}, **more)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def call(self, key: str) -> int:
        """Call a model with a key and return the status."""
        return httpx2.post(
            f"{self.gateway.url}/v1/messages", headers={"x-api-key": key, "anthropic-version": "2023-06-01"}, json=HELLO
        ).status_code


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    """One gateway for the whole file."""
    with Gateway(tmp_path_factory.mktemp("admin")) as gateway:
        yield Admin(gateway)
        assert gateway.stop() == 0, gateway.output()


def test_a_key_made_here_works_with_its_limits_and_its_use_is_shown(admin: Admin) -> None:
    """At once; how its limits stand is asked of the counters themselves, and the report counts its calls."""
    limits = [
        {"kind": "requests_per_minute", "value": 2},
        {"kind": "spend_per_day", "value": "1.00"},
        {"kind": "concurrent_requests", "value": 4},
    ]
    made = admin.ask("POST", "api_keys", json={"name": "ci", "label": "red", "limits": limits})
    assert [admin.call(made["key"]) for _ in range(3)] == [200, 200, 429]
    lines = admin.ask("GET", "limits", params={"scope_id": made["id"]})["data"]
    use = {line["limit"]["kind"]: line["use"] for line in lines}
    assert (use["requests_per_minute"]["used"], use["requests_per_minute"]["remaining"]) == (2, 0)
    assert use["concurrent_requests"]["used"] == 0
    assert 0 < float(use["spend_per_day"]["used"]) < 0.01
    asked = {"starting_at": "2026-01-01T00:00:00Z", "bucket_width": "1d", "group_by[]": "label", "limit": 31, "api_key_ids[]": made["id"]}
    found, page = [], None
    while True:
        report = admin.ask("GET", "usage_report/messages", params=asked | ({"page": page} if page else {}))
        found += [row for bucket in report["data"] for row in bucket["results"]]
        page = report["next_page"]
        if page is None:
            break
    assert [(row["label"], row["requests"], row["counted_requests"]) for row in found] == [("red", 3, 2)]


def test_what_is_changed_here_holds_within_a_second(admin: Admin) -> None:
    """A key that is switched off is refused, one that is switched on again passes, and a new limit counts."""
    made = admin.ask("POST", "api_keys", json={"name": "switched"})
    assert admin.call(made["key"]) == 200
    path = f"api_keys/{made['id']}"
    for status, answer in (("inactive", 401), ("active", 200), ("archived", 401)):
        admin.ask("POST", path, json={"status": status})
        wait_for(lambda answer=answer: admin.call(made["key"]) == answer, f"a key that is {status}", 5)  # type: ignore[misc]  # bound now


def test_a_suspended_organization_is_refused_until_it_goes_on(admin: Admin) -> None:
    """Its keys, admin keys among them; the operator acts on it all the same."""
    made = admin.ask("POST", "", json={"name": "Elsewhere"})
    header = {"anthropic-organization-id": made["id"]}
    url = f"{admin.gateway.control_url}{ROOT}"
    ours = {"x-api-key": admin.key} | header
    key = httpx2.post(f"{url}/api_keys", headers=ours, json={"name": "theirs"}).json()["key"]
    owner = httpx2.post(f"{url}/api_keys", headers=ours, json={"name": "owner", "role": "owner"}).json()["key"]
    assert admin.call(key) == 200
    admin.ask("POST", f"{made['id']}/suspend", json={})
    wait_for(lambda: admin.call(key) in (401, 403), "a suspended organization's key to be refused", 5)
    assert httpx2.get(f"{url}/me", headers={"x-api-key": owner}).status_code in (401, 403)
    admin.ask("POST", f"{made['id']}/resume", json={})
    wait_for(lambda: admin.call(key) == 200, "its key to work again", 5)
    assert httpx2.get(f"{url}/me", headers={"x-api-key": owner}).json()["name"] == "Elsewhere"
