"""No secret gets past the one place where they are taken out, and ordinary text passes unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.observe import Redactor

KEY = "yk-production-0123456789abcdefghijklmn-" + "S" * 49
CLAUDE = "sk-ant-api03-" + "T0k-en_" * 8
PLANTED = "planted/secret+value=="
FORMS = [
    "{}",
    "before {} after",
    "x-api-key: {}",
    "X-Api-Key={}",
    '{{"x-api-key": "{}"}}',
    "{{'api_key': '{}'}}",
    "[(b'x-api-key', b'{}')]",
    "authorization: Bearer {}",
    '{{"Authorization":"Bearer {}"}}',
    "(b'authorization', b'Bearer {}')",
    "BEARER {}",
    "headers=['x-api-key: {}', 'host: a']",
    "url?api_key={}",
    "line one\nx-api-key: {}\nline three",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", [KEY, CLAUDE, PLANTED])
def test_a_secret_never_gets_out(form: str, secret: str) -> None:
    """A gateway's key, Claude's key and a registered value go, in whatever form they stand."""
    redactor = Redactor()
    redactor.register(PLANTED)
    cleaned = redactor.clean(form.format(secret))
    assert secret not in cleaned
    assert "S" * 10 not in cleaned
    assert "T0k-en" not in cleaned
    assert "***" in cleaned


@pytest.mark.parametrize("form", FORMS[2:])
def test_an_unknown_secret_in_a_credentials_place_goes_too(form: str) -> None:
    """What stands where a credential stands is one, though nobody registered it."""
    assert "foreign-value" not in Redactor().clean(form.format("foreign-value"))


def test_what_stands_around_stays() -> None:
    """A line is readable after it: only the value is gone."""
    cleaned = Redactor().clean(f'POST /v1/messages {{"x-api-key": "{KEY}", "host": "a"}} status=200')
    assert cleaned == 'POST /v1/messages {"x-api-key": "yk-***", "host": "a"} status=200' or cleaned == cleaned.replace("yk-***", "***")
    assert '"host": "a"} status=200' in cleaned


def test_a_reference_s_field_is_no_header() -> None:
    """The sentence behind it says why a secret cannot be had, and stays whole."""
    said = "vault:secret/claude#api_key: Vault is sealed or not ready (status 503)."
    assert Redactor().clean(said) == said
    assert "hidden" not in Redactor().clean("api_key: hidden")


def test_a_proxys_password_goes() -> None:
    """Credentials in an address are credentials."""
    assert Redactor().clean("proxy http://me:hunter2@proxy.example:3128/ failed") == "proxy http://***@proxy.example:3128/ failed"


@pytest.mark.parametrize("text", ["nothing here", "a key: value", "https://example.com/a@b", "the bearer", "task-ant-hill", "sky-blue"])
def test_ordinary_text_passes(text: str) -> None:
    """What is no secret is not touched."""
    assert Redactor().clean(text) == text


@given(st.text(max_size=200), st.text(max_size=200), st.text("ABCXYZ0123456789+/=", min_size=6, max_size=60))
def test_a_registered_value_goes_wherever_it_stands(before: str, after: str, secret: str) -> None:
    """Whatever surrounds it, a registered value is not in the output."""
    redactor = Redactor()
    redactor.register(secret)
    assert secret not in redactor.clean(f"{before}{secret}{after}")


def test_short_values_are_not_registered() -> None:
    """A value of a few letters would blank out ordinary words."""
    redactor = Redactor()
    redactor.register("abc")
    redactor.register("  ")
    assert redactor.clean("abcdef  ") == "abcdef  "
