"""Bodies on disk are held to policies piece by piece, and what cannot be looked at is not passed off as clean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.policy.planted import MAIL, PLANTED, WORD, placeholder, policy, prompt, terms
from yumen.claude import strings
from yumen.errors import InvalidRequest
from yumen.policy import spooled
from yumen.policy.asked import AskedFor
from yumen.policy.compiled import Compiled
from yumen.policy.reading import text_of
from yumen.policy.spooled import MAX_AROUND_BYTES, Rewritten, look_at_batch, look_at_upload
from yumen.policy.values import Blind, Unseen
from yumen.storage import Spool

STRICT = policy(*(each.rule for each in PLANTED.rules), unseen=Blind(files=Unseen.REFUSE))
STANDS = placeholder(MAIL)


class Disk:
    """Bodies on disk, and looks at them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spools: list[Spool] = []

    def spooled(self, body: bytes) -> Spool:
        """A body on disk."""
        spool = Spool(self.folder)
        self.spools.append(spool)
        spool.write(body)
        return spool

    def _kept(self, rewritten: Rewritten) -> Rewritten:
        if rewritten.spool is not None:
            self.spools.append(rewritten.spool)
        return rewritten

    def batch(self, body: bytes) -> Rewritten:
        """Look at a batch."""
        return self._kept(look_at_batch(self.spooled(body), self.folder, terms(), AskedFor()))

    def form(self, body: bytes, compiled: Compiled = PLANTED) -> Rewritten:
        """Look at an upload."""
        return self._kept(look_at_upload(self.spooled(body), self.folder, terms(compiled), b"B"))

    def upload(self, data: bytes, compiled: Compiled = PLANTED, head: bytes = b'name="file"; filename="a.txt"') -> Rewritten:
        """Look at an upload of one file."""
        return self.form(b"--B\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n--B--\r\n" % (head, data), compiled)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk that is given back."""
    disk = Disk(tmp_path)
    yield disk
    for spool in disk.spools:
        spool.close()


def sent(rewritten: Rewritten) -> bytes:
    """The file that is sent in its place."""
    assert rewritten.spool is not None
    return b"".join(rewritten.spool.pieces()).split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n--B--\r\n")


def test_a_long_batch_is_rewritten_request_by_request(disk: Disk) -> None:
    """Over the pieces of the spool; every other byte stays."""
    one = prompt({"type": "text", "text": "word " * 5_000 + MAIL})
    body = b'{ "requests" : [' + b" ,\n".join(json.dumps({"custom_id": str(n), "params": one}).encode() for n in range(30)) + b"] }\n"
    rewritten = disk.batch(body)
    assert rewritten.spool is not None
    assert b"".join(rewritten.spool.pieces()) == body.replace(MAIL.encode(), STANDS.encode())
    assert (rewritten.looked.redacted, rewritten.looked.blocked) == (30, None)


def test_a_clean_batch_is_not_written_again(disk: Disk) -> None:
    """What is on disk is sent."""
    assert disk.batch(json.dumps({"requests": [{"custom_id": "a", "params": prompt()}]}).encode()).spool is None


@pytest.mark.parametrize(
    "body",
    [
        {"requests": [], "note": MAIL},
        {"requests": [{"custom_id": MAIL, "params": prompt()}]},
        {"requests": [MAIL]},
        {MAIL: []},
        {"requests": [{"custom_id": "a", "params": prompt(model=WORD)}]},
    ],
)
def test_what_stands_beside_the_requests_of_a_batch_blocks(body: object, disk: Disk) -> None:
    """Nothing can be put in its place there."""
    assert disk.batch(json.dumps(body).encode()).looked.blocked is not None


def test_ids_of_files_in_a_batch_are_told(disk: Disk) -> None:
    """What they hold is restored in its results."""
    named = prompt({"type": "document", "source": {"type": "file", "file_id": "file_011CNha8iC"}})
    assert disk.batch(json.dumps({"requests": [{"params": named}]}).encode()).files == {"file_011CNha8iC"}


@pytest.mark.parametrize("body", [b"{", b'{"requests":[{]}', b'{"requests":[{"a":"\xff"}]}', b'{"x":"%b"}' % (b"y" * MAX_AROUND_BYTES)])
def test_what_is_no_batch_is_refused(body: bytes, disk: Disk) -> None:
    """A text that its reader could read differently, or that holds more than a batch does."""
    with pytest.raises(InvalidRequest):
        disk.batch(body)


TEXTS = {
    "utf-8": MAIL.encode(),
    "utf-8 with a mark": b"\xef\xbb\xbf" + MAIL.encode(),
    "utf-16": MAIL.encode("utf-16"),
    "an encoding of China": f"请写信给 {MAIL}，谢谢".encode("gb18030"),
    "JSON of too many pieces": b'["alice\\u0040example.com"' + b',""' * 1_000 + b"]",
    "JSON": b'{"to":"alice\\u0040example.com", "n": [1]}',
    "JSON with a mark": b'\xef\xbb\xbf{"to":"alice\\u0040example.com"}',
    "JSON lines": b'{"a":"x"}\n\n{"to":"alice\\u0040example.com"}\n',
    "no JSON": b"{alice@example.com",
    "CRLF": b"a\r\n--C\r\nalice@example.com\r\n",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_text_is_read_in_its_encoding(kind: str, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And written in it again, what stands around untouched."""
    monkeypatch.setattr(strings, "MOST_PIECES", 1_000)
    rewritten = disk.upload(TEXTS[kind], STRICT)
    assert (rewritten.looked.blocked, rewritten.looked.redacted) == (None, 1)
    coding, text = text_of(sent(rewritten))
    _, before = text_of(TEXTS[kind])
    assert text is not None
    assert before is not None
    assert text == before.replace("\\u0040", "@").replace(MAIL, STANDS)
    assert coding == text_of(TEXTS[kind])[0]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n\x80\xff", b"PK\x03\x04\x00", b"a\0b"])
def test_files_that_are_no_text_pass_or_not_as_the_policy_says(data: bytes, disk: Disk) -> None:
    """As they are."""
    assert disk.upload(data).looked.blocked is None
    assert disk.upload(data, STRICT).looked.blocked is not None


def test_a_file_too_long_to_be_looked_at_is_one_that_cannot_be_seen(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It passes as it is, or not, as the policy says of files."""
    monkeypatch.setattr(spooled, "MAX_TEXT_BYTES", 100)
    long = MAIL.encode() + b" " * 100
    passed = disk.upload(long)
    assert (passed.looked.blocked, passed.looked.redacted) == (None, 0)
    assert disk.upload(long, STRICT).looked.blocked is not None


@pytest.mark.parametrize("name", ["alice@example.com.txt", "alice%40example.com"])
def test_a_files_name_is_looked_at(name: str, disk: Disk) -> None:
    """Nothing can stand in for it."""
    assert disk.upload(b"x", head=b'name="file"; filename="%b"' % name.encode()).looked.blocked is not None


@pytest.mark.parametrize(
    "body",
    [
        b"hidden\r\n--B\r\nA: b\r\n\r\nx\r\n--B--\r\n",
        b"--B\r\nA: b\r\n\r\nx\r\n--B--\r\nhidden",
        b"--B\r\nA: b\r\n\r\nx",
        b"--B\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--B--\r\n",
        b"--B hidden\r\nA: b\r\n\r\nx\r\n--B--\r\n",
    ],
)
def test_what_stands_beside_the_parts_of_an_upload_is_refused(body: bytes, disk: Disk) -> None:
    """What nobody reads may hold anything."""
    with pytest.raises(InvalidRequest):
        disk.form(body)
