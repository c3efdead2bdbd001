"""What is kept of a call: no secrets, the same bytes when it is played, and a plain word on what differs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from yumen.testing.tape import Asked, Call, answered, asked, complaint, difference, written_body, written_event

SECRETS = {"my-own-token-form": "removed"}
EVENTS = b'event: ping\ndata: {"type": "ping"}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'


def test_secrets_are_removed() -> None:
    """The key that was sent, what looks like a key, and whose account it is, are nowhere; nor are headers that nobody needs."""
    body = json.dumps(
        {"messages": [{"role": "user", "content": "my-own-token-form sk-ant-api03-abcdefgh yk-production-abcdefgh"}]}
    ).encode()
    kept = asked("POST", "/v1/messages?key=my-own-token-form", {"x-api-key": "my-own-token-form", "cookie": "c"}, body, SECRETS)
    assert "my-own-token-form" not in str(kept)
    assert kept.body["messages"][0]["content"] == "removed removed removed"
    assert kept.headers == {}
    error = b'{"error": {"message": "rate limit (org: 01234567-89ab-cdef-0123-456789abcdef, model: m)"}}'
    answer = answered(429, {"set-cookie": "c", "anthropic-organization-id": "0123", "retry-after": "3"}, error, {})
    assert answer.headers == {"retry-after": "3"}
    assert "org: 00000000-0000-0000-0000-000000000000" in answer.body["error"]["message"]


@pytest.mark.parametrize("body", [b"", b'{"a":[1,"\xe7\x8e\x89"]}', b"plain words", b"\xff\xfe\x00", b"{", b"7"])
def test_bodies_are_played_as_they_were(body: bytes) -> None:
    """JSON, text and bytes come back."""
    assert written_body(answered(200, {}, body, {}).body) == body


def test_streams_are_played_event_by_event() -> None:
    """Each event comes back with its name and its data; what is no event of Claude's comes back as its text."""
    kept = answered(200, {"content-type": "text/event-stream; charset=utf-8"}, EVENTS + b": comment\n\ndata: [DONE]\n\n", {})
    assert kept.events is not None
    assert kept.events[0] == {"event": "ping", "data": {"type": "ping"}}
    played = [written_event(each) for each in kept.events]
    assert played[1:] == [b'event: message_stop\ndata: {"type":"message_stop"}\n\n', b": comment\n\n", b"data: [DONE]\n\n"]


def test_uploads_are_the_same_whatever_their_boundary() -> None:
    """The boundary of an upload is drawn anew for each; it makes no difference."""

    def upload(boundary: str) -> Asked:
        body = f"--{boundary}\r\ncontent-disposition: form-data\r\n\r\nx\r\n--{boundary}--".encode()
        return asked("POST", "/v1/files", {"content-type": f"multipart/form-data; boundary={boundary}"}, body, {})

    assert upload("abc123") == upload("xyz789")


def test_a_beta_query_makes_no_other_request() -> None:
    """Older SDKs put `?beta=true` behind the path, newer ones do not: a tape serves both."""
    assert Asked(method="POST", path="/v1/messages?beta=true").question == Asked(method="POST", path="/v1/messages").question


@pytest.mark.parametrize(
    ("there", "here", "said"),
    [
        ({"a": 1}, {"a": 1}, None),
        ({"a": 1}, {"a": 2}, "body.a is 2, on the tape 1"),
        ({"a": 1}, {}, "body.a is on the tape alone"),
        ({}, {"a": 1}, "body.a is not on the tape"),
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, 'body.a[1].b is "y", on the tape "x"'),
        ([1], [1, 2], "body has 2 members, on the tape 1"),
        (None, {}, "body is {}, on the tape null"),
    ],
)
def test_what_differs(there: Any, here: Any, said: str | None) -> None:  # noqa: ANN401  (decoded JSON)
    """The first difference is named by its place."""
    assert difference(there, here) == said


def test_complaints() -> None:
    """A request that is not played is told by its path, by its difference, or by how often it was asked."""
    answer = answered(200, {}, b"{}", {})
    calls = [Call(Asked(method="POST", path="/v1/messages", body={"a": 1}), answer)]
    assert "not on the tape at all" in complaint(Asked(method="GET", path="/v1/models"), calls)
    assert "body.a is 2" in complaint(Asked(method="POST", path="/v1/messages", body={"a": 2}), calls)
    assert "more often" in complaint(Asked(method="POST", path="/v1/messages", body={"a": 1}), calls)
