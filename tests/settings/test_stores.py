"""Where stores of secrets may be: nothing that opens them, or comes out of them, is shown to a network."""

from __future__ import annotations

import pytest

from yumen.errors import OperatorError
from yumen.secrets import Reference
from yumen.secrets.aws import AwsSource
from yumen.settings.sending import Secrets
from yumen.settings.sources import Sources

VAULT = Reference("vault", "secret/team/claude", "key")
AWS = Reference("aws-sm", "team/claude")
TOKEN = {"VAULT_TOKEN": "a-token"}


@pytest.mark.parametrize(
    ("chosen", "reference", "setting"),
    [
        (Secrets(vault_url="http://vault.internal:8200"), VAULT, "secrets.vault_url"),
        (Secrets(aws_endpoint="http://aws.internal"), AWS, "secrets.aws_endpoint"),
    ],
)
def test_a_store_beyond_loopback_needs_tls(chosen: Secrets, reference: Reference, setting: str) -> None:
    """Its token would go over the network as it is."""
    with pytest.raises(OperatorError, match=f"{setting} http://.*has no TLS"):
        Sources(chosen, TOKEN).of(reference)


def test_the_environment_s_address_is_judged_too() -> None:
    """VAULT_ADDR is as good a place for a slip."""
    with pytest.raises(OperatorError, match="has no TLS"):
        Sources(Secrets(), TOKEN | {"VAULT_ADDR": "http://10.0.0.7:8200"}).of(VAULT)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8200", "http://localhost:8200/", "https://vault.internal"])
def test_loopback_and_tls_are_taken(url: str) -> None:
    """As everywhere."""
    Sources(Secrets(vault_url=url), TOKEN).of(VAULT)


def test_whoever_owns_the_network_may_say_so() -> None:
    """By a setting of its own: that of the upstreams is about another network."""
    Sources(Secrets(vault_url="http://vault.internal:8200", allow_plain_http=True), TOKEN).of(VAULT)


@pytest.mark.parametrize("url", ["vault.internal:8200", "https://", "https://user:word@vault.internal", "https://vault.internal:99999"])
def test_an_address_that_is_none_is_said_at_the_start(url: str) -> None:
    """And not at each fetch; a word in it is not shown."""
    with pytest.raises(OperatorError, match=r"secrets\.vault_url takes a URL") as caught:
        Sources(Secrets(vault_url=url), TOKEN).of(VAULT)
    assert "word" not in str(caught.value)


@pytest.mark.parametrize(("region", "found"), [(None, "eu-west-3"), ("eu-central-1", "eu-central-1")])
def test_the_region_that_lambda_and_eks_set_is_read(region: str | None, found: str) -> None:
    """Boto3 alone reads AWS_DEFAULT_REGION and not AWS_REGION; what the settings say goes before."""
    source = Sources(Secrets(aws_region=region), {"AWS_REGION": "eu-west-3"}).of(AWS)
    assert isinstance(source, AwsSource)
    assert source.options.region == found
