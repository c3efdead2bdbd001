"""PDF and DOCX read as other documents do; what cannot be read of them is said plainly, and nothing unfolds without end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.assistants.documents import files
from yumen.assistants.documents import docx, pdf, read_document
from yumen.errors import OperatorError

PAGES = files.pdf(
    "The gate opens at six and who-\never comes shows a permit. Then\nit closes.\nAnother paragraph begins here.", "Second page."
)


def written(path: Path, data: bytes) -> Path:
    """Write a file."""
    path.write_bytes(data)
    return path


def test_a_pdf_knows_its_pages(tmp_path: Path) -> None:
    """Lines become paragraphs, hyphenated words are whole, and a passage knows its page."""
    read = read_document(written(tmp_path / "a.pdf", PAGES))
    whole = "The gate opens at six and whoever comes shows a permit. Then it closes.\n\nAnother paragraph begins here."
    assert read.text == f"{whole}\n\nSecond page."
    assert read.passages[0].page == 1


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [(["旅人出示通行证，缴纳过路", "费。"], ["旅人出示通行证，缴纳过路费。"]), (["", " "], []), (["one", "", "two"], ["one", "two"])],
)
def test_lines_become_paragraphs(lines: list[str], paragraphs: list[str]) -> None:
    """No space comes between Chinese characters, and an empty line is no paragraph."""
    assert list(pdf.paragraphs(lines)) == paragraphs


def test_a_pdf_that_anybody_may_open_is_read(tmp_path: Path) -> None:
    """Many are encrypted with no password at all."""
    assert "Second page." in read_document(written(tmp_path / "a.pdf", files.encrypted(PAGES, ""))).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (files.encrypted(PAGES, "jade"), "encrypted"),
        (files.pdf("", ""), "pictures"),
        (b"%PDF-1.4\nnothing", "damaged"),
        (b"", "damaged"),
        (PAGES[:200], "damaged"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, said: str) -> None:
    """A password, pages that are pictures, and broken files are told apart."""
    with pytest.raises(OperatorError, match=said):
        read_document(written(tmp_path / "a.pdf", data))


def test_a_docx_shows_what_a_person_sees(tmp_path: Path) -> None:
    """Headings, paragraphs and rows in their order; hidden words are left out, joined cells are told once."""
    read = read_document(files.word(tmp_path / "a.docx"))
    assert read.title == "关于关口"
    assert [(each.heading, each.text) for each in read.passages] == [("通行证", "每位旅人出示通行证。\n\nfees\n\njade | 3\n\nThe end.")]


@pytest.mark.parametrize(("data", "said"), [(b"\xd0\xcf\x11\xe0rest", "encrypted"), (b"PK\x03\x04rest", "damaged"), (b"no", "damaged")])
def test_a_docx_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, said: str) -> None:
    """A password and a broken file are told apart."""
    with pytest.raises(OperatorError, match=said):
        read_document(written(tmp_path / "a.docx", data))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A part that is far larger than its packed form is refused by what the file says of itself."""
    with pytest.raises(OperatorError, match="unfolds"):
        read_document(files.bomb(tmp_path / "a.docx", 8 * 1024 * 1024))


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many pages, and too much text or too many bytes in all, are refused."""
    path = written(tmp_path / "a.pdf", PAGES)
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 20)
    with pytest.raises(OperatorError, match="unfolds"):
        read_document(path)
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(OperatorError, match="pages"):
        read_document(path)
    monkeypatch.setattr(docx, "MAX_UNPACKED", 1000)
    with pytest.raises(OperatorError, match="unfolds"):
        read_document(files.word(tmp_path / "a.docx"))


@pytest.mark.parametrize(("name", "module"), [("a.pdf", "pypdf"), ("a.docx", "docx")])
def test_a_missing_reader_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str) -> None:
    """Without the extra the sentence says what to install."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(OperatorError, match=r"yumen\[documents\]"):
        read_document(written(tmp_path / name, PAGES))
