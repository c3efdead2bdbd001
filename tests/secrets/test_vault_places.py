"""A reference leads to its secret in Vault, whatever its mount is called and whichever version it has."""

from __future__ import annotations

import pytest

from tests.secrets.meddler import answer
from tests.secrets.vaults import OLDER, VALUE, Bench, by_token
from tests.vault import OpenBao
from yumen.secrets import Reference, SecretMissing, Stage
from yumen.secrets.vault.places import Mount, Place, guesses, place_in

UNSAID = {
    "forbidden": answer(403, b'{"errors":["permission denied"]}'),
    "unknown to an old Vault": answer(404, b'{"errors":["unsupported path"]}'),
}


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("deep", [False, True])
def test_the_mount_and_its_version_are_found(openbao: OpenBao, version: int, *, deep: bool) -> None:
    """A mount may have slashes, and either version; where it is and which it has are asked once."""
    mount = openbao.mount(version, openbao.new("team/kv") if deep else "")
    with Bench(openbao) as bench:
        reference = bench.put(mount, "deep/er/path", version=version)
        assert bench.fetch(reference) == VALUE
        assert bench.meddler.count("/sys/internal/ui/mounts/") == 1
        assert bench.fetch(reference) == VALUE
        assert len(bench.meddler.seen) == 1


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("unsaid", UNSAID)
def test_where_vault_does_not_say_the_mount_is_tried(openbao: OpenBao, version: int, unsaid: str) -> None:
    """A token that may read a secret needs no other right."""
    mount = openbao.mount(version, openbao.new("team/kv"))
    with Bench(openbao) as bench:
        reference = bench.put(mount, "deep/path", version=version)
        bench.meddler.meddle(UNSAID[unsaid], only="/sys/internal/")
        assert bench.fetch(reference) == VALUE
        assert bench.fetch(reference) == VALUE
        assert len(bench.meddler.seen) == 1


def test_a_mount_that_became_version_2_is_found_again(openbao: OpenBao) -> None:
    """What is known of a mount is asked anew once it leads nowhere."""
    mount = openbao.mount(1)
    with Bench(openbao) as bench:
        reference = bench.put(mount, version=1)
        assert bench.fetch(reference) == VALUE
        openbao.root.sys.disable_secrets_engine(mount)
        openbao.mount(2, mount)
        bench.put(mount, value=OLDER)
        assert bench.fetch(reference) == OLDER


def test_version_2_gives_the_value_before(openbao: OpenBao) -> None:
    """The previous value is the version before the current one, even where the current one was deleted."""
    mount = openbao.mount(2)
    with Bench(openbao) as bench:
        reference = bench.put(mount, value=OLDER)
        missing(bench, reference, "no version before the first", Stage.PREVIOUS)
        bench.put(mount)
        assert bench.fetch(reference, Stage.PREVIOUS) == OLDER
        assert bench.fetch(reference) == VALUE
        openbao.root.secrets.kv.v2.delete_latest_version_of_secret("a/path", mount_point=mount)
        missing(bench, reference, "version 2 of the secret was deleted")
        assert bench.fetch(reference, Stage.PREVIOUS) == OLDER
        openbao.root.secrets.kv.v2.destroy_secret_versions("a/path", [1], mount_point=mount)
        missing(bench, reference, "version 1 of the secret was destroyed", Stage.PREVIOUS)


def test_a_value_before_that_is_no_longer_kept_is_missing(openbao: OpenBao) -> None:
    """Version 2 keeps so many versions as it is told."""
    mount = openbao.mount(2)
    openbao.root.secrets.kv.v2.configure(max_versions=1, mount_point=mount)
    with Bench(openbao) as bench:
        bench.put(mount, value=OLDER)
        missing(bench, bench.put(mount), "keeps version 1 of the secret no longer", Stage.PREVIOUS)


def test_what_vault_does_not_keep_is_missing(openbao: OpenBao) -> None:
    """Version 1 has no value before, and no version one that is to come: these are not asked for."""
    mount = openbao.mount(1)
    with Bench(openbao) as bench:
        reference = bench.put(mount, version=1)
        missing(bench, reference, "keeps no value before", Stage.PREVIOUS)
        assert bench.meddler.count("/a/path") == bench.meddler.count("/sys/internal/ui/mounts/")
        missing(bench, reference, "no value that is to come", Stage.PENDING)
        assert bench.meddler.seen == []


def test_a_field_is_text_or_missing(openbao: OpenBao) -> None:
    """A field that is not there, and one that is a number or an object, are two sentences."""
    mount = openbao.mount(2)
    with Bench(openbao) as bench:
        reference = bench.put(mount)
        openbao.root.secrets.kv.v2.create_or_update_secret("odd", secret={"number": 5, "object": {"a": VALUE}}, mount_point=mount)
        missing(bench, Reference("vault", reference.name, "other"), "no such field")
        missing(bench, Reference("vault", f"{mount}/odd", "number"), "holds no text")
        missing(bench, Reference("vault", f"{mount}/odd", "object"), "holds no text")


@pytest.mark.parametrize(
    ("name", "field", "sentence"),
    [("kv/path", None, "is named vault:MOUNT/PATH#FIELD"), ("kv", "key", "is named vault:MOUNT/PATH#FIELD")],
)
def test_a_reference_that_is_none_is_not_asked(openbao: OpenBao, name: str, field: str | None, sentence: str) -> None:
    """A reference without a path or a field costs no question."""
    with Bench(openbao) as bench:
        missing(bench, Reference("vault", name, field), sentence)
        assert bench.meddler.seen == []


def test_another_engine_is_named(openbao: OpenBao) -> None:
    """What is no key-value store is not read: it might make a credential, or sign something."""
    with Bench(openbao) as bench:
        missing(bench, Reference("vault", "cubbyhole/path", "key"), "no key-value store, but of the kind cubbyhole")


def test_a_mount_that_is_not_there_is_missing(openbao: OpenBao) -> None:
    """Nothing is mounted there: to a token of few rights Vault does not even say that."""
    with Bench(openbao) as bench:
        missing(bench, Reference("vault", "nowhere/path", "key"), "")
    with Bench(openbao, by_token(openbao.token('path "kv/*" { capabilities = ["read"] }'))) as bench:
        missing(bench, Reference("vault", "nowhere/path", "key"), "policies of our token")


def missing(bench: Bench, reference: Reference, sentence: str, stage: Stage = Stage.CURRENT) -> None:
    """Hold a fetch to be SecretMissing, with that in its sentence."""
    with pytest.raises(SecretMissing) as caught:
        bench.fetch(reference, stage)
    assert sentence in str(caught.value)
    assert str(reference) in str(caught.value)
    assert VALUE not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "mount", "place"),
    [
        ("kv/path", Mount("kv/", "kv", {"version": "2"}), Place("kv", "path", 2)),
        ("kv/path", Mount("kv/", "kv", {"version": "1"}), Place("kv", "path", 1)),
        ("kv/path", Mount("kv/", "kv"), Place("kv", "path", 1)),
        ("old/path", Mount("old/", "generic"), Place("old", "path", 1)),
        ("/team/kv/a/b/", Mount("team/kv/", "kv", {"version": "2"}), Place("team/kv", "a/b", 2)),
        ("kv/kv/kv", Mount("kv/", "kv", {"version": "2"}), Place("kv", "kv/kv", 2)),
    ],
)
def test_places(name: str, mount: Mount, place: Place) -> None:
    """The path is what the mount leaves."""
    assert place_in(Reference("vault", name, "key"), mount) == place


def test_guesses() -> None:
    """Every beginning of a name may be a mount of version 2; version 1 has one address whatever the mount."""
    assert guesses("a/b/c") == [Place("a", "b/c", 2), Place("a/b", "c", 2), Place("a", "b/c", 1)]
