"""We get into Vault by a token, by AppRole and as a pod of Kubernetes, over plain HTTP and TLS; what opens it is never seen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from tests.secrets.kubernetes import ACCOUNT, NAMESPACE, Kubernetes
from tests.secrets.meddler import answer
from tests.secrets.vaults import VALUE, Bench, by_role, by_token, replaced
from tests.vault import READ_ALL, ROOT_TOKEN, OpenBao
from yumen.clock import Clock
from yumen.secrets import Reference, SecretMissing, StoreUnavailable
from yumen.secrets.vault import AppRoleLogin, KubernetesLogin, TokenLogin, VaultOptions, VaultSource

SOMETHING = Reference("vault", "secret/something", "key")


def test_a_token_that_is_replaced_in_its_source_is_followed(openbao: OpenBao, tmp_path: Path) -> None:
    """An agent may put another token into the file at any time; the next fetch uses it."""
    mount = openbao.mount(2)
    file = replaced(tmp_path / "token", openbao.token() + "\n")
    with Bench(openbao, TokenLogin(file.read_text)) as bench:
        reference = bench.put(mount)
        assert bench.fetch(reference) == VALUE
        replaced(file, openbao.token())
        assert bench.fetch(reference) == VALUE
        assert bench.meddler.tokens[-1] == bench.registered[-1] == file.read_text()
        openbao.root.auth.token.revoke(file.read_text())
        replaced(file, openbao.token())
        assert bench.fetch(reference) == VALUE
        assert bench.meddler.tokens[-1] == bench.registered[-1] == file.read_text()


def test_a_revoked_token_is_said_to_be_no_longer_taken(openbao: OpenBao) -> None:
    """A token that somebody else got cannot be had again by us: it is missing, and the sentence says which one."""
    mount, token = openbao.mount(2), openbao.token()
    with Bench(openbao, by_token(token)) as bench:
        reference = bench.put(mount)
        assert bench.fetch(reference) == VALUE
        openbao.root.auth.token.revoke(token)
        with pytest.raises(SecretMissing, match=r"takes our token no longer.*secrets\.vault_token") as caught:
            bench.fetch(reference)
        assert token not in str(caught.value)


def test_a_token_that_may_not_look_at_itself_reads_all_the_same(openbao: OpenBao) -> None:
    """The policy `default` is not needed."""
    mount = openbao.mount(2)
    token = openbao.token(f'path "{mount}/*" {{ capabilities = ["read"] }}', no_default_policy=True)
    with Bench(openbao, by_token(token)) as bench:
        assert bench.fetch(bench.put(mount)) == VALUE


def test_no_token_but_the_given_one_is_used(openbao: OpenBao, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hvac looks for a token in the environment where it gets none; it gets one, or an empty one."""
    monkeypatch.setenv("VAULT_TOKEN", ROOT_TOKEN)
    with Bench(openbao, by_token("")) as bench, pytest.raises(SecretMissing):
        bench.fetch(SOMETHING)
    assert set(bench.meddler.tokens) == {None}


def test_one_login_by_a_role_serves_every_fetch(openbao: OpenBao) -> None:
    """A secret id is used once, whoever asks first."""
    mount, role = openbao.mount(2), openbao.role(secret_id_num_uses=1)
    with Bench(openbao, by_role(role)) as bench:
        reference = bench.put(mount)
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(bench.source.fetch, [reference] * 16)) == {VALUE}
        assert bench.meddler.count("/approle/login") == 1
        assert bench.registered[0] == role[1]
        assert bench.registered[1].startswith("s.")


def test_a_secret_id_that_is_used_up_is_refused(openbao: OpenBao) -> None:
    """The third login with a secret id for two is refused, in a sentence without it."""
    mount, role = openbao.mount(2), openbao.role(secret_id_num_uses=2)
    for _ in range(2):
        with Bench(openbao, by_role(role)) as bench:
            assert bench.fetch(bench.put(mount)) == VALUE
    with Bench(openbao, by_role(role)) as bench, pytest.raises(SecretMissing, match="refuses our login by AppRole") as caught:
        bench.fetch(SOMETHING)
    assert role[0] not in str(caught.value)
    assert role[1] not in str(caught.value)


@pytest.mark.parametrize("error", [SecretMissing, StoreUnavailable])
@pytest.mark.parametrize("part", ["token", "role id", "secret id"])
def test_what_logs_in_may_be_missing_itself(openbao: OpenBao, part: str, error: type[Exception]) -> None:
    """The sentence names the secret that was wanted, and what was wanting to get it."""

    def fail() -> str:
        raise error("env:NAME: is not set.")

    logins = {"token": TokenLogin(fail), "role id": AppRoleLogin(fail, str), "secret id": AppRoleLogin(str, fail)}
    with Bench(openbao, logins[part]) as bench:
        with pytest.raises(error, match=f"{SOMETHING}: .*: env:NAME: is not set"):
            bench.fetch(SOMETHING)
        assert bench.meddler.seen == []


def test_a_role_may_bind_no_secret_id(openbao: OpenBao) -> None:
    """Where the role's id alone opens, for an address say, none is needed."""
    mount = openbao.mount(2)
    role_id, _ = openbao.role(bind_secret_id=False, token_bound_cidrs=["127.0.0.1/32"])
    with Bench(openbao, AppRoleLogin(lambda: role_id)) as bench:
        assert bench.fetch(bench.put(mount)) == VALUE


def test_a_login_where_none_is_mounted_is_refused(openbao: OpenBao) -> None:
    """A wrong mount of the login is a sentence, not a crash."""
    with Bench(openbao, AppRoleLogin(lambda: "role", lambda: "secret-id", mount="elsewhere")) as bench, pytest.raises(SecretMissing):
        bench.fetch(SOMETHING)


@pytest.fixture
def pods(openbao: OpenBao) -> Iterator[tuple[Kubernetes, str]]:
    """A Kubernetes, and where OpenBao lets its pods in by the role `gateway`."""
    mount = openbao.new("pods")
    with Kubernetes() as kubernetes:
        openbao.root.sys.enable_auth_method("kubernetes", path=mount)
        openbao.root.auth.kubernetes.configure(
            kubernetes_host=kubernetes.url,
            token_reviewer_jwt=kubernetes.token(0),
            kubernetes_ca_cert=trustme.CA().cert_pem.bytes().decode(),
            disable_local_ca_jwt=True,
            mount_point=mount,
        )
        openbao.root.auth.kubernetes.create_role(
            "gateway",
            bound_service_account_names=[ACCOUNT],
            bound_service_account_namespaces=[NAMESPACE],
            policies=[openbao.policy(READ_ALL)],
            mount_point=mount,
        )
        yield kubernetes, mount


def test_a_pod_gets_in_with_its_own_token_as_it_is_now(openbao: OpenBao, pods: tuple[Kubernetes, str], tmp_path: Path) -> None:
    """Kubernetes replaces the token in the file; each login reads it."""
    kubernetes, mount = pods
    file = replaced(tmp_path / "token", kubernetes.token(1))
    with Bench(openbao, KubernetesLogin("gateway", mount, str(file))) as bench:
        reference = bench.put(openbao.mount(2))
        assert bench.fetch(reference) == VALUE
        openbao.root.auth.token.revoke(bench.registered[-1])
        replaced(file, kubernetes.token(2))
        assert bench.fetch(reference) == VALUE
        assert kubernetes.reviewed == [kubernetes.token(1), kubernetes.token(2)]
        assert {kubernetes.token(1), kubernetes.token(2)} < set(bench.registered)


def test_a_pod_that_kubernetes_does_not_know_is_refused(openbao: OpenBao, pods: tuple[Kubernetes, str], tmp_path: Path) -> None:
    """A token of a pod that is gone opens nothing, and is not in the sentence."""
    kubernetes, mount = pods
    kubernetes.forgotten.add(kubernetes.token())
    file = replaced(tmp_path / "token", kubernetes.token())
    with Bench(openbao, KubernetesLogin("gateway", mount, str(file))) as bench:
        with pytest.raises(SecretMissing, match="refuses our login by Kubernetes") as caught:
            bench.fetch(SOMETHING)
        assert kubernetes.token() not in str(caught.value)


@pytest.mark.parametrize("content", [None, "tökën"])
def test_a_pod_without_a_token_says_where_it_looked(openbao: OpenBao, tmp_path: Path, content: str | None) -> None:
    """Outside Kubernetes there is no such file."""
    file = tmp_path / "token"
    if content is not None:
        replaced(file, content)
    with Bench(openbao, KubernetesLogin("gateway", jwt_path=str(file))) as bench, pytest.raises(SecretMissing, match=str(file)):
        bench.fetch(SOMETHING)


def test_a_namespace_is_a_vault_of_its_own(openbao: OpenBao) -> None:
    """With a namespace everything is asked in it, the login too; without it nothing of it is seen."""
    team = openbao.new("team")
    openbao.root.adapter.post(f"/v1/sys/namespaces/{team}", json={})
    openbao.client(ROOT_TOKEN, team).sys.enable_secrets_engine("kv", path="kv", options={"version": "1"})
    with Bench(openbao, namespace=team) as bench:
        reference = bench.put("kv", version=1, token=ROOT_TOKEN)
        assert bench.fetch(reference) == VALUE
    with Bench(openbao) as bench, pytest.raises(SecretMissing):
        bench.fetch(reference)
    with Bench(openbao, namespace="nobody's") as bench, pytest.raises(SecretMissing):
        bench.fetch(reference)


def test_tls_by_a_private_authority(openbao_tls: OpenBao, private_authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    """The server's certificate must be of the authority that is named; of no other, and not of the system's."""
    openbao_tls.root.secrets.kv.v2.create_or_update_secret("something", secret={"key": VALUE})
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    token = openbao_tls.root.token

    def fetch(authority: Path | None) -> str:
        options = VaultOptions(openbao_tls.url, by_token(token), authority=str(authority) if authority else None)
        source = VaultSource(options, Clock(), lambda _: None)
        try:
            return source.fetch(SOMETHING)
        finally:
            source.close()

    assert fetch(private_authority[1]) == VALUE
    for wrong in (other, None):
        with pytest.raises(StoreUnavailable, match=r"not trusted.*secrets\.vault_authority"):
            fetch(wrong)
    with pytest.raises(StoreUnavailable, match="cannot be asked"):
        fetch(tmp_path / "nowhere.pem")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(openbao: OpenBao, status: int) -> None:
    """A token is shown to nobody but who was named."""
    with Bench(openbao) as bench, Bench(openbao) as stranger:
        bench.meddler.meddle(answer(status, location=f"{stranger.meddler.url}/v1/secret/data/something"))
        with pytest.raises(StoreUnavailable, match=r"sends us on to 127\.0\.0\.1"):
            bench.fetch(SOMETHING)
        assert stranger.meddler.seen == []
