"""What is added to a 401: what is the matter with the key, by its form and by who was asked."""

from __future__ import annotations

import pickle

import anthropic
import pytest

from tests.client.stand_in import StandIn
from tests.client.test_credentials import ask
from yumen import Claude
from yumen.client.explained import why_refused
from yumen.client.place import Place
from yumen.keys.form import form_key

CLAUDE = Place("production", "https://api.anthropic.com")
PRODUCTION = Place("production", "https://gateway.example")
SOMEWHERE = Place("gateway.example", "https://gateway.example")
GOOD = form_key("production", "apikey_" + "A" * 24, bytes(32))
STAGING = form_key("staging", "apikey_" + "A" * 24, bytes(32))
ADMIN = form_key("admin", "apikey_" + "A" * 24, bytes(32))
SENTENCES = [
    (None, CLAUDE, "no key was sent"),
    ("sk-ant-api03 x", CLAUDE, "has white space in it"),
    (GOOD, CLAUDE, "a gateway's (yk-…) and was sent to Claude itself"),
    (GOOD[:-3], PRODUCTION, "malformed: a part of it is missing"),
    (GOOD[:-9] + ("0" if GOOD[-9] != "0" else "1") + GOOD[-8:], PRODUCTION, "malformed: its check sum does not fit"),
    (STAGING, PRODUCTION, "belongs to the environment staging, and {environment} was asked"),
    (STAGING, SOMEWHERE, "is well formed, and {url} refuses it"),
    (ADMIN, PRODUCTION, "is an admin key (yk-admin-…)"),
    (GOOD, PRODUCTION, "is well formed, and {url} refuses it"),
    ("my-key", CLAUDE, "is none of Claude's"),
    ("sk-ant-admin01-" + "x" * 90, CLAUDE, "is an admin key (sk-ant-admin…)"),
    ("sk-ant-oat01-" + "x" * 90, CLAUDE, "pass it as auth_token"),
    ("sk-ant-api03-…", CLAUDE, "malformed: it looks cut off"),
    ("sk-ant-api03-" + "x" * 90, CLAUDE, "is well formed, and Claude refuses it"),
    ("sk-ant-api03-" + "x" * 90, PRODUCTION, "Claude's own (sk-ant-…)"),
    ("my-key", PRODUCTION, "{url} refuses the key"),
]


@pytest.mark.parametrize(("key", "place", "said"), SENTENCES)
def test_a_refused_keys_form_and_place_say_why(key: str | None, place: Place, said: str) -> None:
    """Each kind of key has a sentence of its own, without the key."""
    sentence = why_refused(key, place)
    assert said in sentence
    assert key is None or key not in sentence


def test_a_401_stays_the_sdks_own_error_and_says_more(stand_in: StandIn) -> None:
    """Its class, status, body and request id are the SDK's; its message ends in the reason, and can be pickled."""
    stand_in.taken = set()
    with Claude(api_key=STAGING, base_url=stand_in.url) as claude, pytest.raises(anthropic.AuthenticationError) as refused:
        ask(claude)
    error = refused.value
    assert str(error).startswith("Error code: 401 - {'type': 'error'")
    assert str(error).endswith(
        f"the key from api_key is well formed, and {stand_in.url} refuses it: it was revoked, has expired, or belongs to another gateway"
    )
    assert STAGING not in str(error)
    assert (error.status_code, error.message) == (401, str(error))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  (its own)


def test_another_error_is_as_the_sdk_has_it(stand_in: StandIn) -> None:
    """A 404 says nothing of keys."""
    stand_in.status = 404
    with Claude(api_key="k", base_url=stand_in.url) as claude, pytest.raises(anthropic.NotFoundError) as refused:
        ask(claude)
    assert "key" not in str(refused.value)
