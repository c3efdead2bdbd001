"""What is sealed opens for its organization, at its place, unchanged; and for nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.errors import ContentKeyUnavailable
from yumen.storage.envelope import OVERHEAD_BYTES, Envelope, SealBroken, is_sealed

OLD, NEW = "dk_" + "0" * 24, "dk_" + "1" * 24
KEYS = {OLD: b"o" * 32, NEW: b"n" * 32}


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens(data: bytes, context: bytes) -> None:
    """It opens to the same bytes, is longer by the stated number, and is told from plain JSON by its first byte."""
    envelope = Envelope(KEYS, NEW, OLD)
    sealed = envelope.seal(data, context)
    assert envelope.open(sealed, context) == data
    assert len(sealed) == len(data) + OVERHEAD_BYTES
    assert is_sealed(sealed)
    assert not is_sealed(b'{"a":1}')


def test_every_changed_byte_is_noticed() -> None:
    """Whichever byte of it is changed, or cut off, nothing opens."""
    envelope = Envelope(KEYS, NEW, OLD)
    sealed = envelope.seal(b"hello", b"here")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises((SealBroken, ContentKeyUnavailable)):
            envelope.open(changed, b"here")
        with pytest.raises(SealBroken):
            envelope.open(sealed[:at], b"here")


def test_it_opens_at_its_place_alone() -> None:
    """What was moved to another row, or to another organization, does not open there."""
    envelope = Envelope(KEYS, NEW, OLD)
    sealed = envelope.seal(b"hello", b"here")
    with pytest.raises(SealBroken):
        envelope.open(sealed, b"there")
    with pytest.raises(SealBroken):
        Envelope({NEW: b"x" * 32}, NEW, NEW).open(sealed, b"here")


def test_old_keys_open_and_the_new_one_seals() -> None:
    """After a rotation what was sealed before opens, what is sealed needs the new key, and without its key nothing opens."""
    before = Envelope({OLD: KEYS[OLD]}, OLD, OLD)
    after = Envelope(KEYS, NEW, OLD)
    assert after.open(before.seal(b"hello", b"here"), b"here") == b"hello"
    with pytest.raises(ContentKeyUnavailable):
        before.open(after.seal(b"hello", b"here"), b"here")


def test_derived_secrets_outlive_rotation() -> None:
    """They hang on the root key and the purpose alone, and are not what seals."""
    before, after = Envelope({OLD: KEYS[OLD]}, OLD, OLD), Envelope(KEYS, NEW, OLD)
    assert before.derived(b"placeholder") == after.derived(b"placeholder")
    assert len({before.derived(b"a"), before.derived(b"b"), KEYS[OLD]}) == 3
    assert Envelope(KEYS, NEW, NEW).derived(b"a") != after.derived(b"a")
