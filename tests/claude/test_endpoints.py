"""What a method and a path mean, as tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import Endpoint, allowed_methods, find_endpoint, plain_path
from yumen.claude.endpoints import ALIASES, ENDPOINTS

ID = "msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d"


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.name)
def test_every_row_is_found_by_its_own_path(row: Endpoint) -> None:
    """A path of the table, with an id where one belongs, means its row and goes on as it stands."""
    path = row.path.replace("{id}", ID)
    match = find_endpoint(row.method, path)
    assert match is not None
    assert match.endpoint is row
    assert match.path == path
    assert match.resource_id == (ID if "{id}" in row.path else None)


@pytest.mark.parametrize(
    ("method", "alias", "name", "path"),
    [
        ("POST", "/messages", "messages", "/v1/messages"),
        ("POST", "/messages/count_tokens", "count_tokens", "/v1/messages/count_tokens"),
        ("GET", "/models", "models.list", "/v1/models"),
        ("GET", "/models/claude-opus-4-6", "models.retrieve", "/v1/models/claude-opus-4-6"),
    ],
)
def test_aliases_go_on_under_the_full_path(method: str, alias: str, name: str, path: str) -> None:
    """A path without `/v1`, where clients are known to ask it, means the row with it."""
    match = find_endpoint(method, alias)
    assert match is not None
    assert (match.endpoint.name, match.path) == (name, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/message"),
        ("POST", "/v1/messages/"),
        ("POST", "/V1/messages"),
        ("POST", "/v1/messages/batches/a/b/cancel"),
        ("GET", f"/v1/messages/batches/{ID}/cancel/"),
        ("GET", "/v1/models/"),
        ("GET", "/v1/files/a%20b"),
        ("GET", "/v1/models/a%2fb"),
        ("GET", "/v1/models/" + "a" * 257),
        ("GET", "/v1/models/claude\n"),
        ("GET", "/v1/models/."),
        ("GET", "/v1/models/.."),
        ("GET", "/v1/files/../content"),
        ("GET", "/models/.."),
        ("POST", "/complete"),
        ("POST", "/batches"),
        ("GET", ""),
        ("GET", "*"),
    ],
)
def test_what_only_looks_like_a_row_is_none(method: str, path: str) -> None:
    """A path that differs in one letter, has no id, or a dot segment for an id, is not in the table and has no methods either."""
    assert find_endpoint(method, path) is None
    assert not allowed_methods(path)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/messages", {"POST"}),
        ("/messages", {"POST"}),
        ("/v1/messages/count_tokens", {"POST"}),
        ("/v1/messages/batches", {"GET", "POST"}),
        (f"/v1/messages/batches/{ID}", {"GET", "DELETE"}),
        (f"/v1/messages/batches/{ID}/cancel", {"POST"}),
        (f"/v1/messages/batches/{ID}/results", {"GET"}),
        ("/v1/models", {"GET"}),
        ("/models/claude-opus-4-6", {"GET"}),
        ("/v1/files", {"GET", "POST"}),
        ("/v1/files/file_1", {"GET", "DELETE"}),
        ("/v1/files/file_1/content", {"GET"}),
        ("/v1/complete", {"POST"}),
        ("/v1/chat/completions", {"POST"}),
        ("/v1/other", set()),
        ("/", set()),
    ],
)
def test_a_paths_methods_are_told(path: str, methods: set[str]) -> None:
    """The methods of a 405 are those with which the path is found, and no others."""
    assert allowed_methods(path) == methods
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        assert (find_endpoint(method, path) is not None) == (method in methods)


@given(
    prefix=st.sampled_from(["/v1/models/", "/v1/files/", "/v1/messages/batches/", "/models/", "/v1/", "/"]),
    rest=st.text(st.sampled_from("ab.%2f/\\:-_~ \n"), max_size=12),
    method=st.sampled_from(["GET", "POST", "DELETE"]),
)
def test_what_is_found_can_be_understood_in_one_way_only(prefix: str, rest: str, method: str) -> None:
    """No path of the table needs the check for ambiguous paths, and a found method is an allowed one."""
    match = find_endpoint(method, prefix + rest)
    if match is not None:
        assert plain_path(match.path)
        assert match.path.startswith("/v1/")
        assert method in allowed_methods(prefix + rest)


@pytest.mark.parametrize(
    "path",
    [
        "/v1//messages",
        "//v1/messages",
        "/v1/./messages",
        "/v1/../v1/messages",
        "/v1/messages/..",
        "/v1/messages/.",
        "/v1\\messages",
        "/v1/%2e%2e/messages",
        "/v1/%2E/messages",
        "/v1%2fmessages",
        "/v1%2Fmessages",
        "/v1%5cmessages",
        "/v1/%6dessages",
        "/v1/mess%41ges",
        "/v1/%7aoo",
        "/v1/%5Aoo",
    ],
)
def test_ambiguous_paths_are_known(path: str) -> None:
    """Dot segments, `//`, a backslash, and an escaped slash, dot or letter can be read in two ways."""
    assert not plain_path(path)


@pytest.mark.parametrize(
    "path", ["/", "/v1/messages", "/v1/a.b/..c/d...", "/v1/x%20y", "/v1/%5F%7E", "/v1/%E4%BD%A0", "/v1/a;b=c/@:!$&'()*+,"]
)
def test_plain_paths_pass(path: str) -> None:
    """Dots within a segment and escapes of other characters have one meaning."""
    assert plain_path(path)


def test_aliases_lead_into_the_table() -> None:
    """No alias leads nowhere, and none hides a path of the table."""
    paths = {row.path for row in ENDPOINTS}
    assert set(ALIASES.values()) <= paths
    assert not set(ALIASES) & paths
