"""What the tests of secret stores share: real servers, and a meddler that can stand before each of them."""

from __future__ import annotations

import pytest

from tests.aws import aws_credentials, ministack, moto
from tests.vault import openbao, openbao_tls, private_authority

__all__ = ["aws_credentials", "ministack", "moto", "openbao", "openbao_tls", "private_authority"]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that the machine is told keep a test from loopback, nor change whom it trusts."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
