"""Where a client asks: what the program says, the settings' environments, the variables, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.stand_in import StandIn
from tests.client.test_credentials import ask
from yumen import Claude, OperatorError
from yumen.client.finding import Wanted, find_place
from yumen.client.place import Place
from yumen.settings import Environment, Settings

CLAUDE = "https://api.anthropic.com"
STAGING = Environment("https://staging.example/", "env:STAGING_KEY")
SETTINGS = Settings(environments={"staging": STAGING})
VARIABLES = {"ANTHROPIC_BASE_URL": "https://variable.example", "YUMEN_ENVIRONMENT": "staging"}


@pytest.mark.parametrize(
    ("environment", "base_url", "variables", "place"),
    [
        (None, None, (), Place("production", CLAUDE)),
        ("production", None, (), Place("production", CLAUDE)),
        ("sandbox", None, (), Place("sandbox", "", local=True)),
        ("staging", None, (), Place("staging", "https://staging.example", "env:STAGING_KEY")),
        (None, "https://staging.example", (), Place("staging", "https://staging.example", "env:STAGING_KEY")),
        (None, "https://other.example:8443/x/", (), Place("other.example:8443", "https://other.example:8443/x")),
        ("staging", "https://other.example", (), Place("staging", "https://other.example")),
        (None, CLAUDE, (), Place("production", CLAUDE)),
        (None, None, ("ANTHROPIC_BASE_URL",), Place("variable.example", "https://variable.example")),
        (None, None, ("ANTHROPIC_BASE_URL", "YUMEN_ENVIRONMENT"), Place("staging", "https://staging.example", "env:STAGING_KEY")),
        (None, "https://other.example", ("YUMEN_ENVIRONMENT",), Place("other.example", "https://other.example")),
        ("production", None, ("ANTHROPIC_BASE_URL",), Place("production", CLAUDE)),
        (None, "sandbox", (), Place("sandbox", "", local=True)),
    ],
)
def test_the_program_comes_before_the_variables(
    environment: str | None, base_url: str | None, variables: tuple[str, ...], place: Place
) -> None:
    """An address before a name, a name before the variables, YUMEN_ENVIRONMENT first of these; a table's key goes to its address."""
    environ = {name: VARIABLES[name] for name in variables}
    assert find_place(Wanted(environment, base_url), SETTINGS, environ) == place


def test_production_is_the_settings_own_where_they_have_one() -> None:
    """A table of that name comes before what is built in."""
    settings = Settings(environments={"production": Environment("https://gateway.example"), "sandbox": Environment("sandbox")})
    assert find_place(Wanted(), settings, {}).url == "https://gateway.example"
    assert find_place(Wanted("sandbox"), settings, {}) == Place("sandbox", "", local=True)


@pytest.mark.parametrize("wanted", [Wanted("stagin"), Wanted(base_url="http://gateway.example"), Wanted(base_url="gateway")])
def test_a_place_that_leads_nowhere_is_refused(wanted: Wanted) -> None:
    """A name that nobody set up, an address without TLS beyond this machine, no address at all."""
    with pytest.raises(OperatorError):
        find_place(wanted, SETTINGS, {})


def test_an_environment_of_the_settings_brings_its_address_and_key(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own key is used although another one is in the usual variable; a copy may go from one environment to another."""
    (tmp_path / "my.toml").write_text(
        f'[environments.staging]\nbase_url = "{stand_in.url}"\nkey = "env:STAGING_KEY"\n'
        f'[environments.other]\nbase_url = "{stand_in.url}/other"\nkey = "env:OTHER_KEY"\n'
    )
    for name in ("STAGING", "OTHER", "ANTHROPIC"):
        monkeypatch.setenv(f"{name}_{'API_' if name == 'ANTHROPIC' else ''}KEY", name.lower())
    with Claude(environment="staging", settings=str(tmp_path / "my.toml")) as claude:
        assert (claude.environment, claude.is_sandbox) == ("staging", False)
        ask(claude)
        other = claude.with_options(environment="other")
        assert other.environment == "other"
        ask(other)
    assert [(call.key, call.path) for call in stand_in.calls] == [("staging", "/v1/messages"), ("other", "/other/v1/messages")]


def test_the_sandbox_of_the_process_needs_no_key_and_is_one() -> None:
    """Two clients ask the same one."""
    with Claude(environment="sandbox") as one, Claude(environment="sandbox") as other:
        assert (one.environment, one.is_sandbox, one.base_url) == ("sandbox", True, other.base_url)
        assert ask(one)


def test_a_sandbox_elsewhere_is_known_after_its_first_answer(stand_in: StandIn) -> None:
    """By what its answers say; copies know it too."""
    with Claude(api_key="k", base_url=Claude(environment="sandbox").state.place.url) as claude:
        copy = claude.with_options(timeout=9)
        assert not claude.is_sandbox
        ask(claude)
        assert claude.is_sandbox
        assert copy.is_sandbox
    with Claude(api_key="k", base_url=stand_in.url) as claude:
        ask(claude)
        assert not claude.is_sandbox
