"""The form of keys, the reading of headers and the judging of records."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.keys.form import ALPHABET, digest_of, form_key, parse_key
from yumen.keys.rules import MESSAGES, judge, judge_admin, path_allowed, read_credential
from yumen.keys.values import Credential, KeyRecord, Reason, Role

KEY_ID = "apikey_0123456789abcdefghijklmn"
KEY = form_key("production", KEY_ID, bytes(range(32)))
OTHER = form_key("staging", KEY_ID, bytes(32))
RAW = KEY.encode()
RECORD = KeyRecord(KEY_ID, "n", "production", "wrkspc_1", digest_of(KEY), created_at_us=1)
CREDENTIAL = Credential(KEY_ID, "production", digest_of(KEY))


@given(
    st.sampled_from(["production", "staging", "admin"]), st.text(ALPHABET, min_size=24, max_size=24), st.binary(min_size=32, max_size=32)
)
def test_every_key_that_is_made_can_be_read(environment: str, public: str, secret: bytes) -> None:
    """A key made of any 32 bytes parses to its id and environment, and its hash is the text's."""
    text = form_key(environment, f"apikey_{public}", secret)
    assert parse_key(text) == Credential(f"apikey_{public}", environment, digest_of(text))


def test_a_key_holds_256_bits() -> None:
    """The two extreme secrets make two different keys of one length, so no bit is dropped."""
    lowest, highest = (form_key("production", KEY_ID, secret) for secret in (bytes(32), b"\xff" * 32))
    assert len(lowest) == len(highest)
    assert len({form_key("production", KEY_ID, (1 << bit).to_bytes(32)) for bit in range(256)}) == 256


@given(st.integers(0, len(KEY) - 1), st.sampled_from(ALPHABET))
def test_one_changed_character_is_told_from_an_unknown_key(place: int, character: str) -> None:
    """A key with one other character is mistyped or malformed, never merely unknown."""
    changed = KEY[:place] + character + KEY[place + 1 :]
    if changed != KEY:
        assert parse_key(changed) in (Reason.MISTYPED, Reason.MALFORMED)


@pytest.mark.parametrize("text", [KEY[:-1], KEY + "a", KEY.replace("production", "test"), "yk-", KEY.replace("-", "_"), KEY + "\n"])
def test_what_has_not_the_form_is_malformed(text: str) -> None:
    """A cut, lengthened or foreign form is malformed."""
    assert parse_key(text) is Reason.MALFORMED


def test_the_environment_is_under_the_checksum() -> None:
    """A key whose environment was rewritten by hand is mistyped."""
    assert parse_key(KEY.replace("production", "staging")) is Reason.MISTYPED


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], Reason.MISSING),
        ([b""], Reason.MISSING),
        ([b"Bearer "], Reason.MISSING),
        ([b" \n"], Reason.MISSING),
        ([b"sk-ant-api03-xyz"], Reason.FOREIGN),
        ([b"Basic dXNlcjpwYXNz"], Reason.FOREIGN),
        ([RAW], CREDENTIAL),
        ([b"Bearer " + RAW], CREDENTIAL),
        ([b"bEARER   " + RAW], CREDENTIAL),
        ([RAW, b"Bearer " + RAW], CREDENTIAL),
        ([RAW, b"Bearer sk-ant-other"], CREDENTIAL),
        ([b"sk-ant-other", b"Bearer " + RAW], CREDENTIAL),
        ([b"", b"Bearer " + RAW], CREDENTIAL),
        ([RAW, b"Bearer " + OTHER.encode()], Reason.DIFFERENT),
        ([RAW, OTHER.encode()], Reason.DIFFERENT),
        ([RAW, b"Bearer yk-nonsense"], Reason.DIFFERENT),
        ([b"yk-nonsense"], Reason.MALFORMED),
        ([b"\xff\xfe"], Reason.FOREIGN),
    ],
)
def test_which_credential_counts(values: list[bytes], expected: Credential | Reason) -> None:
    """Both headers are read; a foreign value beside a key of ours is ignored; two keys of ours must be equal."""
    assert read_credential(values) == expected


@pytest.mark.parametrize("before", [b"", b" ", b"\r\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("after", [b" ", b"\n", b"\r\n", b"\t\n ", b"\\n", b"\\r\\n", b"\xc2\xa0", b"\xe2\x80\x8b", b"\xa0"])
@pytest.mark.parametrize("scheme", [b"", b"Bearer "])
def test_what_sticks_to_a_copied_key_is_trimmed(before: bytes, after: bytes, scheme: bytes) -> None:
    """White space, line breaks, their written escapes and invisible marks around a key are cut off, and noted."""
    assert read_credential([scheme + before + RAW + after]) == msgspec.structs.replace(CREDENTIAL, trimmed=True)


@pytest.mark.parametrize(
    ("record", "credential", "expected"),
    [
        (RECORD, CREDENTIAL, None),
        (None, CREDENTIAL, Reason.UNKNOWN),
        (RECORD, msgspec.structs.replace(CREDENTIAL, digest=bytes(32)), Reason.UNKNOWN),
        (RECORD, msgspec.structs.replace(CREDENTIAL, environment="admin"), Reason.ADMIN_KEY),
        (msgspec.structs.replace(RECORD, revoked_at_us=5), CREDENTIAL, Reason.REVOKED),
        (msgspec.structs.replace(RECORD, expires_at_us=100), CREDENTIAL, Reason.EXPIRED),
        (msgspec.structs.replace(RECORD, expires_at_us=101), CREDENTIAL, None),
        (msgspec.structs.replace(RECORD, revoked_at_us=5), msgspec.structs.replace(CREDENTIAL, digest=bytes(32)), Reason.UNKNOWN),
        (msgspec.structs.replace(RECORD, expires_at_us=5), msgspec.structs.replace(CREDENTIAL, digest=bytes(32)), Reason.UNKNOWN),
    ],
)
def test_how_a_key_is_judged(record: KeyRecord | None, credential: Credential, expected: Reason | None) -> None:
    """Only who holds the whole key learns that it expired or was revoked."""
    assert judge(record, credential, 100) is expected


def test_every_reason_has_a_message_that_begins_as_claude_does() -> None:
    """Programs that match on Claude's two messages find them at the beginning."""
    assert set(MESSAGES) == set(Reason)
    assert MESSAGES[Reason.MISSING].startswith("x-api-key header is required")
    assert all(text.startswith("invalid x-api-key") for reason, text in MESSAGES.items() if reason is not Reason.MISSING)


@pytest.mark.parametrize(
    ("patterns", "path", "allowed"),
    [
        ((), "/v1/chat/completions", False),
        (("/v1/chat/completions",), "/v1/chat/completions", True),
        (("/v1/chat/completions",), "/v1/chat/completions/more", False),
        (("/v1/skills*",), "/v1/skills/skill_1", True),
        (("/v1/skills/*",), "/v1/skills", False),
        (("*",), "/anything", True),
    ],
)
def test_which_paths_a_list_allows(patterns: tuple[str, ...], path: str, *, allowed: bool) -> None:
    """A pattern is a whole path, or a beginning with a star; an empty list allows nothing."""
    assert path_allowed(patterns, path) is allowed


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"inactive_at_us": 1}, Reason.INACTIVE),
        ({"suspended": True}, Reason.SUSPENDED),
        ({"expires_at_us": 100, "inactive_at_us": 1}, Reason.EXPIRED),
        ({"expires_at_us": 101, "inactive_at_us": 1, "suspended": True}, Reason.INACTIVE),
        ({"revoked_at_us": 1, "expires_at_us": 1, "inactive_at_us": 1, "suspended": True}, Reason.REVOKED),
    ],
)
def test_the_most_final_reason_is_told(changes: dict[str, int], reason: Reason | None) -> None:
    """Revoked before expired, expired before switched off, before its organization's suspension; of admin keys alike."""
    record = msgspec.structs.replace(RECORD, **changes)
    assert judge(record, CREDENTIAL, 100) is reason
    admin = form_key("admin", KEY_ID, bytes(32))
    record = msgspec.structs.replace(record, digest=digest_of(admin), role=Role.OWNER)
    assert judge_admin(record, Credential(KEY_ID, "admin", digest_of(admin)), 100) is reason


def test_every_reason_has_its_words() -> None:
    """None is refused without a sentence, and each begins as Claude's do."""
    assert MESSAGES.keys() == set(Reason)
    assert all(message.startswith(("invalid x-api-key", "x-api-key header is required")) for message in MESSAGES.values())
