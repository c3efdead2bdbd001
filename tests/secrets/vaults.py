"""One source of Vault's secrets on the bench: before it a meddler that sees what it asks, beside it a clock that jumps."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from tests.secrets.meddler import Meddler
from tests.vault import ROOT_TOKEN, OpenBao
from yumen.secrets import Reference, Stage
from yumen.secrets.vault import AppRoleLogin, Login, TokenLogin, VaultOptions, VaultSource
from yumen.testing import JumpingClock

VALUE = "sk-ant-api03-a-value-of-vaults-tests"
OLDER = "sk-ant-api03-an-older-value-of-vaults-tests"
SECOND_US = 1_000_000


def by_token(token: str = ROOT_TOKEN) -> TokenLogin:
    """Return the login with a token."""
    return TokenLogin(lambda: token)


def by_role(role: tuple[str, str]) -> AppRoleLogin:
    """Return the login with a role id and a secret id."""
    return AppRoleLogin(lambda: role[0], lambda: role[1])


class Bench:
    """A source that has asked nothing yet. Whatever it tells to be kept out of sight is in `registered`."""

    def __init__(self, server: OpenBao, login: Login | None = None, **options: Any) -> None:  # noqa: ANN401  (VaultOptions' own)
        """Take the server, the login (default: with the root token), and other options than the usual."""
        self.server = server
        self.clock = JumpingClock()
        self.registered: list[str] = []
        self.meddler = Meddler(server.port)
        self.options = VaultOptions(**{"url": self.meddler.url, "login": login or by_token(), "timeout_s": 10.0} | options)
        self.source = VaultSource(self.options, self.clock, self.registered.append)

    def __enter__(self) -> Self:
        """Let the meddler begin."""
        self.meddler.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the source, end the meddler."""
        self.source.close()
        self.meddler.__exit__()

    def put(self, mount: str, path: str = "a/path", value: str = VALUE, version: int = 2, token: str | None = None) -> Reference:
        """Store a value, and return its reference."""
        client = self.server.root if token is None else self.server.client(token, self.options.namespace)
        engine = client.secrets.kv.v2 if version == 2 else client.secrets.kv.v1
        engine.create_or_update_secret(path, secret={"key": value}, mount_point=mount)
        return Reference("vault", f"{mount}/{path}", "key")

    def fetch(self, reference: Reference, stage: Stage = Stage.CURRENT) -> str:
        """Fetch, after forgetting what was asked before."""
        self.meddler.seen.clear()
        return self.source.fetch(reference, stage)

    def wait(self, seconds: float) -> None:
        """Let so much time pass on our clock; none passes on the server's."""
        self.clock.move(int(seconds * SECOND_US))


def replaced(path: Path, text: str) -> Path:
    """Write a file anew, as an agent does that replaces a token."""
    path.write_text(text)
    return path
