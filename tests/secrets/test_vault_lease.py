"""The token's lease is renewed at two thirds; a token that is gone, or cannot be renewed, is replaced where we can get another."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.secrets.meddler import HANG_UP, SILENT, answer
from tests.secrets.vaults import VALUE, Bench, by_role, by_token, replaced
from tests.vault import READ_ALL, OpenBao
from yumen.secrets import Reference, SecretMissing, StoreUnavailable
from yumen.secrets.vault import TokenLogin
from yumen.secrets.vault.values import SECOND_NS, Due, Lease, due, renewed

RENEWAL = "/auth/token/renew-self"
LOGIN = "/approle/login"
SOMETHING = Reference("vault", "secret/something", "key")


def test_a_lease_is_renewed_at_two_thirds(openbao: OpenBao) -> None:
    """Not a second before; and from then on the new lease counts."""
    mount = openbao.mount(2)
    with Bench(openbao, by_role(openbao.role(token_ttl="60s"))) as bench:
        reference = bench.put(mount)
        for seconds, renewals in ((0, 0), (39.9, 0), (0.1, 1), (39.9, 0), (0.1, 1)):
            bench.wait(seconds)
            assert bench.fetch(reference) == VALUE
            assert bench.meddler.count(RENEWAL) == renewals
        assert bench.meddler.count(LOGIN) == 0


def test_a_lease_is_tended_between_fetches(openbao: OpenBao) -> None:
    """`tend` says when it wants to be called again, and renews then: secrets may be fetched less often than leases end."""
    mount = openbao.mount(2)
    with Bench(openbao, by_role(openbao.role(token_ttl="60s"))) as bench:
        assert bench.source.tend() is None
        bench.fetch(bench.put(mount))
        assert bench.source.tend() == 40
        bench.wait(30)
        assert bench.source.tend() == 10
        assert bench.meddler.count(RENEWAL) == 0
        bench.wait(10)
        assert bench.source.tend() == 40
        assert bench.meddler.count(RENEWAL) == 1


def test_a_token_without_an_end_needs_nothing(openbao: OpenBao) -> None:
    """The root token has no lease."""
    with Bench(openbao) as bench:
        reference = bench.put(openbao.mount(2))
        bench.fetch(reference)
        bench.wait(1_000_000)
        assert bench.source.tend() is None
        bench.fetch(reference)
        assert bench.meddler.count("/auth/") == 0


def test_a_role_s_token_that_cannot_be_renewed_is_replaced_in_time(openbao: OpenBao) -> None:
    """A batch token has no renewal: at two thirds we log in anew, and nobody need be told."""
    with Bench(openbao, by_role(openbao.role(token_ttl="60s", token_type="batch"))) as bench:
        reference = bench.put(openbao.mount(2))
        bench.fetch(reference)
        bench.wait(40)
        assert bench.fetch(reference) == VALUE
        assert bench.meddler.count(RENEWAL) == 0
        assert bench.meddler.count(LOGIN) == 1


def test_near_the_end_that_no_renewal_moves_we_log_in_anew(openbao: OpenBao) -> None:
    """A renewal that grants less than half of what was granted before says that the most is nearly reached."""
    role = openbao.role(token_ttl="60s")
    with Bench(openbao, by_role(role)) as bench:
        reference = bench.put(openbao.mount(2))
        bench.fetch(reference)
        openbao.change(role, token_ttl="20s", token_max_ttl="20s")
        bench.wait(40)
        assert bench.fetch(reference) == VALUE
        assert bench.meddler.count(RENEWAL) == 1
        assert bench.meddler.count(LOGIN) == 1


@pytest.mark.parametrize("trouble", [HANG_UP, answer(500), answer(503), answer(429), answer(200, b"<html>"), answer(404, b"<html>")])
def test_a_renewal_that_fails_leaves_the_lease_in_use(openbao: OpenBao, trouble: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """There is a third of the lease for another try; until then the token holds, and the log says so."""
    with Bench(openbao, by_role(openbao.role(token_ttl="60s"))) as bench:
        reference = bench.put(openbao.mount(2))
        bench.fetch(reference)
        bench.wait(40)
        bench.meddler.meddle(trouble, only=RENEWAL)
        assert bench.fetch(reference) == VALUE
        assert "used on while it holds" in caplog.text
        assert bench.source.tend() == 15
        bench.meddler.meddle(None)
        assert bench.source.tend() == 40


def test_a_login_that_fails_at_the_turn_leaves_the_token_in_use(openbao: OpenBao) -> None:
    """The secret id is used up: the token that it got is used to its end."""
    with Bench(openbao, by_role(openbao.role(token_ttl="60s", token_type="batch", secret_id_num_uses=1))) as bench:
        reference = bench.put(openbao.mount(2))
        bench.fetch(reference)
        bench.wait(50)
        assert bench.fetch(reference) == VALUE
        assert bench.meddler.count(LOGIN) == 1


@pytest.mark.parametrize("options", [{"renewable": False}, {"type": "batch"}])
def test_a_given_token_that_cannot_be_renewed_is_said_once(
    openbao: OpenBao, options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """It is used to its end, and whoever gave it is told, once, when that is."""
    caplog.set_level(logging.WARNING)
    token = openbao.token(ttl="60s", **options)
    with Bench(openbao, by_token(token)) as bench:
        reference = bench.put(openbao.mount(2))
        for _ in range(4):
            assert bench.fetch(reference) == VALUE
            bench.source.tend()
            bench.wait(30)
        assert bench.source.tend() is None
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "cannot be renewed: it ends in" in said[0]
    assert token not in said[0]


def test_a_given_token_near_its_last_end_is_said_once(openbao: OpenBao, caplog: pytest.LogCaptureFixture) -> None:
    """A token that was renewed until its most is nearly reached ends too."""
    token = openbao.token(ttl="60s")
    cut = b'{"request_id":"x","auth":{"client_token":"%s","lease_duration":20,"renewable":true}}' % token.encode()
    with Bench(openbao, by_token(token)) as bench:
        reference = bench.put(openbao.mount(2))
        bench.fetch(reference)
        bench.wait(40)
        bench.meddler.meddle(answer(200, cut), only=RENEWAL)
        for _ in range(3):
            assert bench.fetch(reference) == VALUE
            bench.wait(14)
        assert bench.source.tend() is None
    assert caplog.text.count("cannot be renewed: it ends in 20 s") == 1


def test_a_role_s_token_that_is_gone_is_replaced_at_once(openbao: OpenBao) -> None:
    """A revoked token costs one login, and whoever asked for a secret gets it."""
    with Bench(openbao, by_role(openbao.role())) as bench:
        reference = bench.put(openbao.mount(2))
        for _ in range(2):
            assert bench.fetch(reference) == VALUE
            openbao.root.auth.token.revoke(bench.registered[-1])
            assert bench.fetch(reference) == VALUE
            assert bench.meddler.count(LOGIN) == 1


def test_many_that_find_the_token_gone_log_in_once(openbao: OpenBao) -> None:
    """Whoever comes second uses what the first one got."""
    with Bench(openbao, by_role(openbao.role(secret_id_num_uses=2))) as bench:
        reference = bench.put(openbao.mount(2))
        assert bench.fetch(reference) == VALUE
        openbao.root.auth.token.revoke(bench.registered[-1])
        bench.meddler.seen.clear()
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(bench.source.fetch, [reference] * 8)) == {VALUE}
        assert bench.meddler.count(LOGIN) == 1


def test_a_policy_that_forbids_costs_no_login(openbao: OpenBao) -> None:
    """A token that lives and may not read is not replaced by its like, which would use up a secret id; after an hour it is, once."""
    mount, role = openbao.mount(2), openbao.role('path "nothing" { capabilities = ["read"] }')
    with Bench(openbao, by_role(role)) as bench:
        reference = bench.put(mount)
        for seconds, logins in ((0, 1), (60, 0), (3600, 1), (60, 0)):
            bench.wait(seconds)
            with pytest.raises(SecretMissing, match="policies") as caught:
                bench.fetch(reference)
            assert str(reference) in str(caught.value)
            assert bench.meddler.count(LOGIN) == logins


def test_a_role_that_got_another_policy_reads_after_the_next_login(openbao: OpenBao) -> None:
    """The policies of a role are those of its login."""
    mount, role = openbao.mount(2), openbao.role('path "nothing" { capabilities = ["read"] }')
    with Bench(openbao, by_role(role)) as bench:
        reference = bench.put(mount)
        with pytest.raises(SecretMissing):
            bench.fetch(reference)
        openbao.change(role, token_policies=[openbao.policy(READ_ALL)])
        bench.wait(3600)
        assert bench.fetch(reference) == VALUE


def test_a_living_token_outlives_a_login_that_is_refused(openbao: OpenBao) -> None:
    """One secret that may not be read takes no other with it, where the secret id is used up."""
    mount, other = openbao.mount(2), openbao.mount(2)
    with Bench(openbao, by_role(openbao.role(f'path "{mount}/*" {{ capabilities = ["read"] }}', secret_id_num_uses=1))) as bench:
        good, bad = bench.put(mount), bench.put(other)
        assert bench.fetch(good) == VALUE
        for seconds, logins in ((3600, 1), (60, 0)):
            bench.wait(seconds)
            with pytest.raises(SecretMissing, match="policies"):
                bench.fetch(bad)
            assert bench.meddler.count(LOGIN) == logins
        assert bench.fetch(good) == VALUE


def test_a_source_of_the_token_that_fails_leaves_the_token_in_use(openbao: OpenBao, tmp_path: Path) -> None:
    """An agent's file that is gone for a moment is no reason to forget the token."""
    file = replaced(tmp_path / "token", openbao.token())

    def read() -> str:
        if not file.exists():
            raise SecretMissing("file: is not there.")
        return file.read_text()

    with Bench(openbao, TokenLogin(read)) as bench:
        reference = bench.put(openbao.mount(2))
        assert bench.fetch(reference) == VALUE
        file.unlink()
        assert bench.fetch(reference) == VALUE


def test_nobody_waits_longer_for_another_s_login(openbao: OpenBao) -> None:
    """While one thread waits for a login that is not answered, the others give up in time and say why."""
    with Bench(openbao, by_role(openbao.role()), timeout_s=0.5) as bench:
        bench.meddler.meddle(SILENT)
        with ThreadPoolExecutor(2) as pool:
            barrier = threading.Barrier(2)
            told = list(pool.map(lambda _: (barrier.wait(), failure(lambda: bench.source.fetch(SOMETHING)))[1], range(2)))
    assert {type(error) for error in told} == {StoreUnavailable}


def failure(act: Callable[[], object]) -> Exception | None:
    """Return what an act raises."""
    try:
        act()
    except (SecretMissing, StoreUnavailable) as error:
        return error
    return None


@pytest.mark.parametrize(
    ("lease", "after_s", "need"),
    [
        (Lease("t", 0, 0), 10**9, Due.NOTHING),
        (Lease("t", 0, 0, 90, 90, renewable=True), 59, Due.NOTHING),
        (Lease("t", 0, 0, 90, 90, renewable=True), 60, Due.RENEWAL),
        (Lease("t", 0, 0, 90, 90, renewable=True), 600, Due.RENEWAL),
        (Lease("t", 0, 0, 90, 90), 59, Due.NOTHING),
        (Lease("t", 0, 0, 90, 90), 60, Due.LOGIN),
        (Lease("t", 0, 0, 45, 90, renewable=True), 30, Due.RENEWAL),
        (Lease("t", 0, 0, 44, 90, renewable=True), 29, Due.NOTHING),
        (Lease("t", 0, 0, 44, 90, renewable=True), 30, Due.LOGIN),
    ],
)
def test_what_a_lease_needs(lease: Lease, after_s: int, need: Due) -> None:
    """Nothing before two thirds; then a renewal, or a login where no renewal moves its end."""
    assert due(lease, after_s * SECOND_NS) is need


def test_what_a_renewal_grants() -> None:
    """It counts from the renewal; a renewal for no time is the last."""
    lease = Lease("t", 1, 1, 60, 60, renewable=True)
    assert renewed(lease, 90, 5, renewable=True) == Lease("t", 1, 5, 90, 90, renewable=True)
    assert renewed(lease, 20, 5, renewable=True) == Lease("t", 1, 5, 20, 60, renewable=True)
    assert not renewed(lease, 0, 5, renewable=True).renewable


def test_a_lease_does_not_show_its_token() -> None:
    """Whoever prints it sees how long it lasts."""
    assert "t0k3n" not in repr(Lease("t0k3n", 0, 0, 60, 60))
