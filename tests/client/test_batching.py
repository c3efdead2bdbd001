"""Batches: one for one set of questions, wherever whoever asks dies; answers in the questions' order; each question's own errors."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yumen.client.batch_notes import Notes, notes_for
from yumen.client.batching import Batching, Create, Fetch, Look, Pause, Recent, Step, chunked, growing_pauses
from yumen.client.merging import Unanswered
from yumen.client.steps import carry_out
from yumen.errors import OperatorError

REQUESTS = [{"n": number} for number in range(3)]


class Died(BaseException):
    """The process ends here, as by `kill -9`: nothing after it runs."""


class Server:
    """Message Batches, and how often each step was done; it kills whoever asks after the step of a number."""

    def __init__(self) -> None:
        """Have no batches."""
        self.batches: dict[str, list[dict[str, Any]]] = {}
        self.looks: dict[str, int] = {}
        self.steps = 0
        self.dies_after: int | None = None
        self.busy = 1

    def batch(self, batch_id: str) -> Any:  # noqa: ANN401  (as the SDK's)
        """The batch, which is at work for the first looks."""
        size = len(self.batches[batch_id])
        ended = self.looks.get(batch_id, 0) > self.busy
        counts = SimpleNamespace(processing=0 if ended else size, succeeded=size if ended else 0, errored=0, canceled=0, expired=0)
        return SimpleNamespace(id=batch_id, processing_status="ended" if ended else "in_progress", request_counts=counts)

    def do(self, step: Step) -> Any:  # noqa: ANN401  (the same)
        """Do a step; after it, perhaps, the end."""
        outcome = self.done(step)
        self.steps += 1
        if self.steps == self.dies_after:
            raise Died
        return outcome

    def done(self, step: Step) -> Any:  # noqa: ANN401  (the same)
        """What came of a step."""
        match step:
            case Create():
                batch_id = f"msgbatch_{len(self.batches)}"
                self.batches[batch_id] = step.requests
                return self.batch(batch_id)
            case Recent():
                return [self.batch(batch_id) for batch_id in reversed(self.batches)]
            case Look():
                self.looks[step.batch_id] = self.looks.get(step.batch_id, 0) + 1
                return self.batch(step.batch_id) if step.batch_id in self.batches else None
            case Fetch():
                assert self.batch(step.batch_id).processing_status == "ended"
                found = [result(request) for request in reversed(self.batches[step.batch_id])]
                return found[:1] if step.only_first else found
            case Pause():
                return None


def result(request: dict[str, Any]) -> Any:  # noqa: ANN401  (the same)
    """A result as the SDK has it: of number 1 an error."""
    number = request["params"]["n"]
    error = SimpleNamespace(type="errored", error=SimpleNamespace(error=SimpleNamespace(message="too warm")))
    return SimpleNamespace(
        custom_id=request["custom_id"], result=error if number == 1 else SimpleNamespace(type="succeeded", message=f"answer {number}")
    )


def tokens() -> Iterator[str]:
    """Tokens that no other call gets."""
    tokens.made = getattr(tokens, "made", 0) + 1  # type: ignore[attr-defined]
    yield f"token{tokens.made}"  # type: ignore[attr-defined]


def ask(server: Server, path: Path, told: list[tuple[int, int]] | None = None) -> Any:  # noqa: ANN401  (the same)
    """Ask as a new process does, which knows only what is on disk."""
    progress = (lambda *done: told.append(done)) if told is not None else (lambda *_: None)
    return carry_out(Batching(Notes(path), progress, lambda: next(tokens()), lambda: 7_200_000_000).ask(REQUESTS), server.do)


ANSWERS = ["answer 0", Unanswered("too warm"), "answer 2"]


def test_answers_come_in_order_with_each_questions_error(tmp_path: Path) -> None:
    """Results come in any order; the one that failed says why; progress tells how many are done."""
    told: list[tuple[int, int]] = []
    assert ask(Server(), tmp_path / "note", told) == ANSWERS
    assert told == [(0, 3), (3, 3)]


@pytest.mark.parametrize("step", range(1, 6))
def test_no_death_makes_a_batch_twice(step: int, tmp_path: Path) -> None:
    """Killed after any step, also between a batch's creation and its note, whoever asks the same again gets the batch that is there."""
    server = Server()
    server.dies_after = step
    with pytest.raises(Died):
        ask(server, tmp_path / "note")
    assert ask(server, tmp_path / "note") == ANSWERS
    assert len(server.batches) == 1


def test_a_death_before_the_batch_was_created_is_no_reason_not_to(tmp_path: Path) -> None:
    """A note without a batch, among other people's batches of the same size: looked into, found foreign, and one of our own is made."""
    server = Server()
    server.batches["foreign"] = [{"custom_id": f"other-{number}", "params": {"n": number}} for number in range(3)]
    server.dies_after = 0
    plan = Batching(Notes(tmp_path / "note"), lambda *_: None, lambda: "mine", lambda: 0).ask(REQUESTS)
    assert isinstance(next(plan), Create)
    plan.close()
    assert ask(server, tmp_path / "note") == ANSWERS
    assert [batch[0]["custom_id"] for batch in server.batches.values()] == ["other-0", "mine-0"]


def test_a_batch_that_is_gone_is_made_anew(tmp_path: Path) -> None:
    """A note leads to a batch that was deleted, or kept no longer."""
    server = Server()
    ask(server, tmp_path / "note")
    server.batches.clear()
    assert ask(server, tmp_path / "note") == ANSWERS


def test_a_batch_that_vanishes_meanwhile_is_said(tmp_path: Path) -> None:
    """No loop without an end."""
    server = Server()
    plan = Batching(Notes(tmp_path / "note"), lambda *_: None, lambda: "mine", lambda: 0)
    with pytest.raises(OperatorError, match="msgbatch_9 is not there any more"):
        carry_out(plan.wait(["msgbatch_9"], 1), server.do)


def test_the_note_holds_no_question_and_is_its_owners(tmp_path: Path) -> None:
    """Only tokens, counts, times and ids; a file for the owner; half a file is none."""
    path = tmp_path / "deep" / "note.json"
    ask(Server(), path)
    assert b'"n"' not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes()[:20])
    assert Notes(path).read().parts == ()


def test_two_who_ask_the_same_at_once_share_a_batch(tmp_path: Path) -> None:
    """While one creates the batch, another process (or thread) waits, and then finds it; nothing of the lock is left."""
    server, path = Server(), tmp_path / "note"
    plans = [Batching(Notes(path), lambda *_: None, lambda: next(tokens()), lambda: 0).ask(REQUESTS) for _ in range(2)]
    first = next(plans[0])
    assert isinstance(first, Create)
    assert isinstance(next(plans[1]), Pause)
    plans[0].send(server.do(first))
    assert carry_out(plans[1], server.do) == ANSWERS
    assert len(server.batches) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["note"]


def test_a_lock_that_was_taken_away_locks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opened the file before its holder deleted it tries again with the new one."""
    path = tmp_path / "note"
    first, second, third = Notes(path), Notes(path), Notes(path)
    assert first.take()
    flock = fcntl.flock

    def late(descriptor: int, how: int) -> None:
        monkeypatch.undo()
        first.let_go()
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    assert second.take()
    assert not third.take()


def test_a_named_note_of_other_questions_gives_no_answers_to_these(tmp_path: Path) -> None:
    """`state=PATH` twice for different questions: said, before their answers are taken for one another's."""
    path = tmp_path / "note"
    server = Server()
    carry_out(Batching(notes_for("a", REQUESTS, {}, path), lambda *_: None, lambda: "mine", lambda: 0).ask(REQUESTS), server.do)
    others = [{"n": number} for number in range(5, 8)]
    with pytest.raises(OperatorError, match="of other questions"):
        carry_out(Batching(notes_for("a", others, {}, path), lambda *_: None, lambda: "other", lambda: 0).ask(others), server.do)


def test_other_questions_have_another_note(tmp_path: Path) -> None:
    """By the address, the questions and all that is asked with them."""
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    paths = {
        notes_for(address, requests, environ)._path
        for address in ("https://a", "https://b")
        for requests in (REQUESTS, REQUESTS[:2], [*REQUESTS[:2], {"n": 3}])
    }
    assert len(paths) == 6
    assert all(path.is_relative_to(tmp_path / "yumen" / "batches") for path in paths)


def test_pieces_are_as_large_as_a_batch_takes() -> None:
    """By count and by bytes, in order; a request that is too large for any stands alone, for the server to refuse."""
    assert [len(piece) for piece in chunked([{}] * 5, most=2)] == [2, 2, 1]
    large = {"text": "x" * 400_000}
    assert [len(piece) for piece in chunked([large] * 5, most_bytes=2_000_000)] == [2, 2, 1]
    assert [len(piece) for piece in chunked([large, large], most_bytes=10)] == [1, 1]
    assert list(chunked([])) == []


def test_pauses_grow_to_a_minute() -> None:
    """The first look comes after a second, later ones after a minute at most."""
    pauses = growing_pauses()
    found = [next(pauses) for _ in range(20)]
    assert found[0] == 1
    assert found == sorted(found)
    assert found[-1] == 60
