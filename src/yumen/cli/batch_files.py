"""The files of `yumen batch`: questions in, by line or as JSON lines; answers out, as text or as JSON lines, which the next run reads."""

from __future__ import annotations

import os
import sys
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.cli.asking import readable
from yumen.client.merging import Unanswered
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STDIN = "-"
JSON_LINES = (".jsonl", ".ndjson")
WORDS = ("question", "prompt")


class Question(msgspec.Struct, frozen=True):
    """One question of a file; `id` is what the file calls it, else its number."""

    id: str
    text: str


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer as it is written: with an answer, or with why there is none."""

    id: str
    question: str
    answer: str | None = None
    error: str | None = None


def read_questions(name: str) -> list[Question]:
    """Return a file's questions, or those of standard input. Raises OperatorError where it cannot be read, or a line is not right."""
    try:
        text = readable(sys.stdin.read()) if name == STDIN else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError("{path} cannot be read: {reason}", path=name, reason=getattr(error, "strerror", None) or error) from error
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if name.endswith(JSON_LINES) or first.lstrip().startswith("{"):
        return [from_json(line, number, name) for number, line in enumerate(lines, 1) if line.strip()]
    return [Question(str(number), line.strip()) for number, line in enumerate(lines, 1) if line.strip()]


def from_json(line: str, number: int, name: str) -> Question:
    """Return the question of a JSON line: a string, or an object with `question` or `prompt`, and an `id` if it has one."""
    try:
        read: Any = msgspec.json.decode(line)
    except ValueError as error:
        raise OperatorError("{path}, line {number}: this is no JSON: {reason}", path=name, number=number, reason=error) from error
    fields = {"question": read} if isinstance(read, str) else read if isinstance(read, dict) else {}
    text = next((fields[word] for word in WORDS if isinstance(fields.get(word), str)), None)
    if text is None:
        raise OperatorError("{path}, line {number}: there is neither question nor prompt in it", path=name, number=number)
    return Question(str(fields.get("id", number)), text)


def known_answers(path: Path | None, questions: Sequence[Question]) -> dict[int, str]:
    """Return the answers that a file of an earlier run has, by the places of the same questions; an error is not an answer."""
    if path is None or path.suffix not in JSON_LINES or not path.exists():
        return {}
    rows: dict[tuple[str, str], str] = {}
    for line in path.read_bytes().splitlines():
        try:
            row = msgspec.json.decode(line, type=Row)
        except msgspec.DecodeError:
            continue  # cut off by a crash
        if row.answer is not None:
            rows[row.id, row.question] = row.answer
    found = {place: rows.get((question.id, question.text)) for place, question in enumerate(questions)}
    return {place: answer for place, answer in found.items() if answer is not None}


def row_of(question: Question, result: str | Unanswered) -> Row:
    """Return what came of a question as it is written."""
    if isinstance(result, Unanswered):
        return Row(question.id, question.text, error=result.reason)
    return Row(question.id, question.text, answer=result)


def as_lines(questions: Sequence[Question], results: Mapping[int, str | Unanswered]) -> str:
    """Return all that is known as JSON lines, in the questions' order."""
    rows = [row_of(questions[place], results[place]) for place in sorted(results)]
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)


def as_text(questions: Sequence[Question], results: Mapping[int, str | Unanswered]) -> str:
    """Return all that is known for reading: each question with its answer below."""
    blocks = []
    for place in sorted(results):
        row = row_of(questions[place], results[place])
        blocks.append(f"# {row.id}. {row.question}\n\n{row.answer if row.error is None else '! ' + row.error}\n")
    return "\n".join(blocks)


def check_place(path: Path, questions: str) -> None:
    """Raise OperatorError, before anything is paid for, where answers cannot be written to a file, or it is the questions' own."""
    if questions != STDIN and path.resolve() == Path(questions).resolve():
        raise OperatorError("{path} holds the questions: name another file for the answers with --out", path=path)
    new = path.with_name(path.name + ".new")
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        new.touch()
        new.unlink()
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=path, reason=error.strerror) from error


def write_whole(path: Path, text: str) -> None:
    """Write a file at once: whoever reads it finds the old one or the new one. Raises OperatorError where it cannot be."""
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=path, reason=error.strerror) from error
