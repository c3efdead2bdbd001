"""Whatever goes wrong between Vault and us ends in one of two errors, in a sentence without the secret; after it all is well again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway import wait_for
from tests.secrets.faults import FAULTS, anything, ends_well, unavailable
from tests.secrets.meddler import SILENT, answer
from tests.secrets.vaults import VALUE, Bench, by_role, by_token
from tests.vault import OpenBao
from yumen.clock import Clock
from yumen.secrets import Reference, SecretMissing
from yumen.secrets.vault import VaultOptions, VaultSource

QUESTIONS = {"login": "/login", "mount": "/sys/internal/", "reading": "/data/"}
RIGHT = b'{"request_id":"x","lease_duration":60,"data":{"data":{"key":"%s"},"metadata":{"version":3}},"auth":null}' % VALUE.encode()


@pytest.fixture(scope="module")
def role(openbao: OpenBao) -> tuple[str, str]:
    """A role that may read all."""
    return openbao.role()


@pytest.fixture(scope="module")
def reference(openbao: OpenBao) -> Reference:
    """A secret that is there."""
    mount = openbao.mount(2)
    with Bench(openbao) as bench:
        return bench.put(mount)


@pytest.fixture(scope="module")
def meddled(openbao: OpenBao, role: tuple[str, str]) -> Iterator[Bench]:
    """A bench whose meddler stays, for sources of which each is used once."""
    with Bench(openbao, by_role(role)) as bench:
        yield bench


def fresh(bench: Bench) -> VaultSource:
    """Return a source that has asked nothing yet."""
    return VaultSource(bench.options, bench.clock, lambda _: None)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_question_may_fail_in_each_way(meddled: Bench, role: tuple[str, str], reference: Reference, fault: str, question: str) -> None:
    """The first of them, then the second, and so on; what comes back is the secret or one of our errors, and the next fetch is right."""
    source = fresh(meddled)
    meddled.meddler.meddle(FAULTS[fault], only=QUESTIONS[question])
    assert ends_well(lambda: source.fetch(reference), reference, VALUE, *role) in {None, VALUE}
    meddled.meddler.meddle(None)
    assert source.fetch(reference) == VALUE
    meddled.meddler.meddle(FAULTS[fault], only=QUESTIONS[question])
    ends_well(lambda: source.fetch(reference), reference, VALUE, *role)
    meddled.meddler.meddle(None)
    assert source.fetch(reference) == VALUE
    source.close()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instead=anything(RIGHT), let=st.integers(0, 4))
def test_any_answer_ends_well(meddled: Bench, role: tuple[str, str], reference: Reference, instead: bytes, let: int) -> None:
    """A right answer that was bent, and bytes that are none, from any question on."""
    source = fresh(meddled)
    meddled.meddler.meddle(instead, let=let)
    ends_well(lambda: source.fetch(reference), reference, VALUE, *role)
    source.close()


def test_sealed_is_unavailable(openbao: OpenBao) -> None:
    """A sealed Vault is one that may answer later, before the login and after it."""
    with Bench(openbao, by_role(openbao.role())) as bench:
        reference = bench.put(openbao.mount(2))
        with openbao.sealed():
            unavailable(lambda: bench.fetch(reference), "is sealed or not ready")
        assert bench.fetch(reference) == VALUE
        with openbao.sealed():
            unavailable(lambda: bench.fetch(reference), "is sealed or not ready")
        assert bench.fetch(reference) == VALUE


def test_a_quota_is_unavailable(openbao: OpenBao) -> None:
    """OpenBao's own quota of requests answers 429."""
    mount = openbao.mount(2)
    with Bench(openbao) as bench:
        reference = bench.put(mount)
        assert bench.fetch(reference) == VALUE
        quota = f"/v1/sys/quotas/rate-limit/{mount}"
        openbao.root.adapter.post(quota, json={"path": f"{mount}/", "rate": 0.01})
        try:
            wait_for(lambda: ends_well(lambda: bench.fetch(reference), reference) is None, "the quota to be used up")
            unavailable(lambda: bench.fetch(reference), "limits us")
        finally:
            openbao.root.adapter.delete(quota)
        assert bench.fetch(reference) == VALUE


def test_a_vault_that_says_nothing_is_given_up_in_time(openbao: OpenBao) -> None:
    """It takes no longer than it may."""
    with Bench(openbao, timeout_s=0.2) as bench:
        reference = bench.put(openbao.mount(2))
        bench.meddler.meddle(SILENT)
        unavailable(lambda: bench.fetch(reference), r"did not answer within 0\.2 s")
        assert len(bench.meddler.seen) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://", "ftp://127.0.0.1", "nothing", "http://[", "http://\u2603.\u0000"])
def test_an_address_where_no_vault_is(role: tuple[str, str], url: str) -> None:
    """Nobody listens there, or it is no address."""
    source = VaultSource(VaultOptions(url, by_role(role)), Clock(), lambda _: None)
    something = Reference("vault", "secret/something", "key")
    assert ends_well(lambda: source.fetch(something), something, *role) is None
    source.close()


@pytest.mark.parametrize("token", ["with\na line end", "with a space", "schlüssel", "钥匙"])
def test_a_token_that_cannot_be_one_is_not_shown(openbao: OpenBao, token: str) -> None:
    """What cannot stand in a header is refused by what sends it, which tells what it was; we do not."""
    with Bench(openbao, by_token(token)) as bench:
        something = Reference("vault", "secret/something", "key")
        assert ends_well(lambda: bench.fetch(something), something, token) is None


def test_what_a_proxy_says_of_a_page_is_not_what_vault_says_of_a_secret(openbao: OpenBao) -> None:
    """A page that is not found is no secret that is missing: the value that we have must go on."""
    with Bench(openbao) as bench:
        reference = bench.put(openbao.mount(2))
        bench.fetch(reference)
        for status in (403, 404):
            bench.meddler.meddle(answer(status, b"<html>no</html>", "text/html"))
            unavailable(lambda: bench.fetch(reference), "does not speak as Vault does")
        bench.meddler.meddle(None)
        with pytest.raises(SecretMissing):
            bench.fetch(Reference("vault", reference.name + "x", "key"))
