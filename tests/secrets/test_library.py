"""The library's keys in the stores themselves: a client of Claude has the key that was rotated there, and its caller sees no error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws import REGION, Emulator
from tests.client.stand_in import StandIn
from tests.client.test_credentials import ask
from tests.vault import OpenBao
from yumen import Claude


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Listen as Claude does, and take the new key alone."""
    stand_in = StandIn(taken={"k-2"})
    yield stand_in
    stand_in.close()


def test_a_key_in_vault_is_rotated_under_a_client(openbao: OpenBao, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused with the old one, the call is repeated with what the server has by then."""
    mount, token = openbao.mount(2), openbao.token()
    monkeypatch.setenv("VAULT_ADDR", openbao.url)
    monkeypatch.setenv("VAULT_TOKEN", token)
    put = openbao.root.secrets.kv.v2.create_or_update_secret
    put("team/claude", secret={"production": "k-1"}, mount_point=mount)
    with Claude(api_key=f"vault:{mount}/team/claude#production", base_url=stand_in.url) as claude:
        put("team/claude", secret={"production": "k-2"}, mount_point=mount)
        assert [ask(claude), ask(claude)] == ["Hello.", "Hello."]
    assert stand_in.keys == ["k-1", "k-2", "k-2"]


@pytest.mark.usefixtures("aws_credentials")
def test_a_key_in_aws_is_rotated_under_a_client(ministack: Emulator, stand_in: StandIn, tmp_path: Path) -> None:
    """The same of Secrets Manager."""
    settings = tmp_path / "yumen.toml"
    settings.write_text(f'[secrets]\naws_endpoint = "{ministack.url}"\naws_region = "{REGION}"\n')
    name, _ = ministack.new(SecretString="k-1")
    with Claude(api_key=f"aws-sm:{name}", base_url=stand_in.url, settings=str(settings)) as claude:
        ministack.client().put_secret_value(SecretId=name, SecretString="k-2")
        assert [ask(claude), ask(claude)] == ["Hello.", "Hello."]
    assert stand_in.keys == ["k-1", "k-2", "k-2"]
