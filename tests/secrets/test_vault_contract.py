"""Vault's source keeps what every source promises, with both versions of the key-value store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.vault import OpenBao
from yumen.clock import Clock
from yumen.secrets import Reference
from yumen.secrets.vault import TokenLogin, VaultOptions, VaultSource
from yumen.testing.secret_source import SecretBench, SecretSourceSuite


class TestVault(SecretSourceSuite):
    """A field of a secret, with a token."""

    @pytest.fixture(params=[1, 2])
    def bench(self, openbao: OpenBao, request: pytest.FixtureRequest) -> Iterator[SecretBench]:
        """A mount of its own for each test."""
        mount = openbao.mount(request.param)
        engine = openbao.root.secrets.kv.v2 if request.param == 2 else openbao.root.secrets.kv.v1
        token = openbao.token()
        source = VaultSource(VaultOptions(openbao.url, TokenLogin(lambda: token)), Clock(), lambda _: None)

        def put(text: str) -> None:
            engine.create_or_update_secret("a/path", secret={"key": text}, mount_point=mount)

        def remove() -> None:
            (engine.delete_latest_version_of_secret if request.param == 2 else engine.delete_secret)("a/path", mount_point=mount)

        yield SecretBench(source, Reference("vault", f"{mount}/a/path", "key"), put, remove=remove, outage=openbao.sealed)
        source.close()
