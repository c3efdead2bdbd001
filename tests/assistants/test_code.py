"""Code is explained from one folder: nothing outside it is read or written, and what is said has its place."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from subprocess import run
from typing import Any, Self

import pytest
from anthropic.types import Message

from yumen import Claude
from yumen.assistants.code import Coder, Edit, Refused, apply, difference
from yumen.assistants.code.folder import MAX_BYTES, Folder
from yumen.assistants.code.outline import outline_of
from yumen.assistants.code.talk import said_at_last
from yumen.assistants.code.tools import Toolbox
from yumen.errors import OperatorError

PYTHON = '''"""A gate."""

import os


class Gate:
    """Opens for whoever shows the permit."""

    def open(self, permit: str) -> bool:
        """Look at the permit."""
        return check(permit) and os.path.exists(permit)


def check(permit: str) -> bool:
    return bool(permit)
'''
SOURCES = {
    "a.js": (
        "// Opens.\nexport function openGate(key) {\n  return check(key);\n}\nconst f = (x) => g(x);\n",
        [("openGate", 2, "Opens.", ("check",)), ("f", 5, "", ("g",))],
    ),
    "a.ts": (
        "interface Permit { name: string }\nclass Gate {\n  open(p: Permit): boolean { return look(p); }\n}\n",
        [("Permit", 1, "", ()), ("Gate", 2, "", ()), ("Gate.open", 3, "", ("look",))],
    ),
    "a.go": ("package gate\n\n// Open looks.\nfunc Open(p string) bool {\n\treturn look(p)\n}\n", [("Open", 4, "Open looks.", ("look",))]),
    "A.java": ("class Gate {\n  boolean open(String p) { return look(p); }\n}\n", [("Gate", 1, "", ()), ("Gate.open", 2, "", ("look",))]),
    "a.rs": (
        "struct Gate;\nimpl Gate {\n    fn open(&self) -> bool { look() }\n}\n",
        [("Gate", 1, "", ()), ("Gate", 2, "", ()), ("Gate.open", 3, "", ("look",))],
    ),
    "a.c": ("/* Opens. */\nint open_gate(char *p) {\n  return look(p);\n}\n", [("open_gate", 2, "Opens.", ("look",))]),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a gate, beside things that are nobody's business."""
    (tmp_path / "outside.py").write_text("SECRET = 1\n")
    inside = tmp_path / "project"
    (inside / ".git").mkdir(parents=True)
    (inside / "gate.py").write_text(PYTHON)
    (inside / ".env").write_text("KEY=1\n")
    (inside / ".git" / "config").write_text("[core]\n")
    (inside / "server.pem").write_text("-----BEGIN\n")
    (inside / "image.bin").write_bytes(b"\x00\xff\x00")
    (inside / "large.txt").write_bytes(b"x" * (MAX_BYTES + 1))
    (inside / "way-out").symlink_to(tmp_path)
    (inside / "loop").symlink_to("loop")
    os.link(tmp_path / "outside.py", inside / "twin.py")
    (inside / "link.py").symlink_to(tmp_path / "outside.py")
    return inside


@pytest.mark.parametrize(
    "name",
    [
        *("../outside.py", "way-out/outside.py", "link.py", "/etc/passwd", "gate.py/../../outside.py", ".", "", "a\0b", "x" * 2000),
        *("a\ud800", "x" * 300, "loop/x.py", "gate.py/x", "twin.py", "a\nb"),
        *(".env", ".git/config", "server.pem", "image.bin", "large.txt", "not-there.py"),
    ],
)
def test_nothing_outside_or_secret_is_read(folder: Path, name: str) -> None:
    """No way leads out, to a secret, or to what is no text."""
    with pytest.raises(Refused):
        Folder(folder).text(name)


def test_a_folder_that_becomes_a_link_is_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at a path and its opening a folder may be changed for a link that leads out: neither is read nor written there."""
    (folder / "sub").mkdir()
    (folder / "sub" / "outside.py").write_text("")
    looked = Folder(folder)
    place = looked.place("sub/outside.py")
    monkeypatch.setattr(Folder, "place", lambda *_: place)
    (folder / "sub").rename(folder / "was")
    (folder / "sub").symlink_to(folder.parent)
    with pytest.raises(Refused):
        looked.text("sub/outside.py")
    with pytest.raises(OSError, match="directory"):
        looked.write("sub/outside.py", "x")
    assert (folder.parent / "outside.py").read_text() == "SECRET = 1\n"


def test_what_git_leaves_out_is_not_read(folder: Path) -> None:
    """Files that `.gitignore` names are neither listed nor read, those that git keeps are; git runs no program of the folder's settings."""
    (folder / ".git" / "config").unlink()
    run([str(which("git")), "init", "-q"], check=True, cwd=folder)
    run([str(which("git")), "config", "core.fsmonitor", "touch ran; false"], check=True, cwd=folder)
    (folder / ".gitignore").write_text("local.py\nmade/\n")
    (folder / "made").mkdir()
    for name in ("local.py", "made/x.py", "kept.py"):
        (folder / name).write_text("PASSWORD = 1\n")
    assert Folder(folder).search("PASSWORD") == ["kept.py:1: PASSWORD = 1"]
    for name in ("local.py", "made/x.py", "made/new.py"):
        with pytest.raises(Refused, match="git leaves it out"):
            Folder(folder).place(name)
    assert not (folder / "ran").exists()


def test_lines_are_those_of_editors_and_git(folder: Path) -> None:
    """A form feed or a Unicode separator begins no line, and a difference over Windows' line ends is applied to the byte."""
    text = "a\x0cb\u2028c\r\nd\r\n"
    (folder / "odd.py").write_bytes(text.encode())
    assert Folder(folder).lines("odd.py", 2) == "2: d"
    edit = Edit("odd.py", text, text.replace("d", "e"))
    run([str(which("git")), "apply", "-"], input=difference([edit]).encode(), check=True, cwd=folder)
    assert (folder / "odd.py").read_bytes() == edit.after.encode()


def test_what_is_no_unicode_is_refused(folder: Path) -> None:
    """Half a character in a call, which JSON may hold, is answered in a sentence."""
    given = {"path": "new.py", "old_text": "", "new_text": "\ud800"}
    assert Toolbox(Folder(folder), may_edit=True).call("propose_edit", given)["is_error"]


def test_without_the_extra_an_outline_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grammar that is not installed is told of the file, and stops nobody."""
    monkeypatch.setitem(sys.modules, "tree_sitter_go", None)
    assert "pip install" in outline_of("a.go", "package gate\n").flaw


def test_a_pipe_in_the_folder_holds_up_nobody(folder: Path) -> None:
    """What would never end is no file."""
    os.mkfifo(folder / "pipe.py")
    with pytest.raises(Refused):
        Folder(folder).text("pipe.py")


def test_what_is_listed_is_what_can_be_read(folder: Path) -> None:
    """The list and the search hold nothing that `text` refuses for where it is."""
    (folder / "twin.py").unlink()
    assert Folder(folder).files("*.py") == ["gate.py"]
    assert Folder(folder).search("SECRET") == []
    assert Folder(folder).search("CHECK(") == [
        "gate.py:11: return check(permit) and os.path.exists(permit)",
        "gate.py:14: def check(permit: str) -> bool:",
    ]


def test_python_outline() -> None:
    """Classes, methods and functions with their lines, first sentences and calls; the file itself as well."""
    outline = outline_of("gate.py", PYTHON)
    assert (outline.says, outline.imports) == ("A gate.", ("os",))
    assert [(each.kind, each.name, each.line, each.end_line) for each in outline.symbols] == [
        ("class", "Gate", 6, 11),
        ("method", "Gate.open", 9, 11),
        ("function", "check", 14, 15),
    ]
    assert outline.symbols[1].calls == ("check", "os.path.exists")


@pytest.mark.parametrize("name", SOURCES)
def test_outlines_of_other_languages(name: str) -> None:
    """The same of six other languages, by their syntax trees."""
    source, expected = SOURCES[name]
    assert [(each.name, each.line, each.says, each.calls) for each in outline_of(name, source).symbols] == expected


@pytest.mark.parametrize("source", ["def (", "(" * 5000, "\0", "x = 1\n" * 3])
def test_a_file_that_does_not_parse_is_told_of(source: str) -> None:
    """A broken file has no symbols and says why; it stops nobody."""
    outline = outline_of("broken.py", source)
    assert outline.symbols == ()
    assert bool(outline.flaw) == ("x" not in source)


def test_proposals_stay_proposals_until_they_are_applied(folder: Path) -> None:
    """An edit is seen by the next one, shown as a difference that `git apply` takes, and written only by `apply`."""
    box = Toolbox(Folder(folder), may_edit=True)
    assert box.call("propose_edit", {"path": "gate.py", "old_text": "bool(permit)", "new_text": "permit == 'jade'"})["content"].startswith(
        "Proposed"
    )
    assert box.call("propose_edit", {"path": "gate.py", "old_text": "'jade'", "new_text": '"jade"'})["content"].startswith("Proposed")
    assert box.call("propose_edit", {"path": "new/way.py", "old_text": "", "new_text": "WAY = 1\n"})["content"].startswith("Proposed")
    assert (folder / "gate.py").read_text() == PYTHON
    (edit, new) = box.edits
    run([str(which("git")), "apply", "--check", "-"], input=difference(box.edits), text=True, check=True, cwd=folder)
    apply(Folder(folder), box.edits)
    assert (folder / "gate.py").read_text() == edit.after
    assert 'permit == "jade"' in edit.after
    assert (folder / "new" / "way.py").read_text() == new.after


@pytest.mark.parametrize(
    "given",
    [
        {"path": "../outside.py", "old_text": "SECRET", "new_text": "x"},
        {"path": "way-out/new.py", "old_text": "", "new_text": "x"},
        {"path": ".git/hooks/pre-commit", "old_text": "", "new_text": "x"},
        {"path": "gate.py", "old_text": "permit", "new_text": "x"},
        {"path": "gate.py", "old_text": "", "new_text": "x"},
        {"path": "gate.py", "old_text": "not there", "new_text": "x"},
        {"path": "gate.py", "old_text": 3, "new_text": "x"},
    ],
)
def test_edits_that_are_refused(folder: Path, given: dict[str, Any]) -> None:
    """What leads out, is hidden, or does not say exactly where, is refused in a sentence for Claude."""
    box = Toolbox(Folder(folder), may_edit=True)
    assert box.call("propose_edit", given)["is_error"]
    assert box.edits == ()


def test_a_file_that_changed_meanwhile_is_not_written(folder: Path) -> None:
    """Nothing is written where one file is not as it was read."""
    edits = [Edit("fresh.py", "", "x"), Edit("gate.py", "something else", "y")]
    with pytest.raises(OperatorError):
        apply(Folder(folder), edits)
    assert not (folder / "fresh.py").exists()


@pytest.fixture
def offline() -> Iterator[Claude]:
    """A client of the offline sandbox."""
    with Claude(environment="sandbox", model="claude-haiku-4-5") as claude:
        yield claude


def test_offline_explanation(folder: Path, offline: Claude) -> None:
    """Without Claude the syntax tree speaks, with places, and says whose words these are."""
    coder = Coder(offline, folder)
    whole, lines, found = coder.explain("gate.py"), coder.explain("gate.py", (14, 15)), coder.help("where is the permit checked?")
    assert whole.is_sandbox
    assert "class Gate gate.py:6-11: Opens for whoever shows the permit." in whole.text
    assert "Gate" not in lines.text
    assert "function check gate.py:14-15" in lines.text
    assert "Gate.open gate.py:9-11" in found.text


def test_claude_reads_through_tools(folder: Path) -> None:
    """Claude's calls are carried out and answered, refusals included, and its last words are the reply."""
    asked: list[Any] = []

    class Scripted:
        """A client whose answers are given."""

        is_sandbox = False
        model = "claude-haiku-4-5"

        @property
        def messages(self) -> Scripted:
            return self

        def stream(self, **given: Any) -> Scripted:  # noqa: ANN401  (whatever the API takes)
            asked.append(json.loads(json.dumps(given["messages"], default=vars)))
            return self

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def get_final_message(self) -> Message:
            return answered(SCRIPT[len(asked) - 1])

    reply = Coder(Scripted(), folder).help("Make it stricter.")  # type: ignore[arg-type]
    assert reply.text == "Done: gate.py:15."
    assert [edit.path for edit in reply.edits] == ["gate.py"]
    results = asked[2][-1]["content"]
    assert results[0]["content"].startswith("14: def check")
    assert results[1] == {
        "type": "tool_result",
        "tool_use_id": "toolu_2",
        "content": "../outside.py is outside the folder.",
        "is_error": True,
        "cache_control": {"type": "ephemeral"},
    }


def test_an_end_without_an_answer_is_an_error() -> None:
    """A refusal or an empty answer is never an empty success; one that was cut off says so."""
    whole = answered([{"type": "text", "text": "Half \ud800"}])
    assert said_at_last(whole.model_copy(update={"stop_reason": "max_tokens"})) == "Half ? …"
    for flawed in (answered([{"type": "text", "text": ""}]), whole.model_copy(update={"stop_reason": "refusal"})):
        with pytest.raises(OperatorError):
            said_at_last(flawed)


def answered(content: list[dict[str, Any]]) -> Message:
    """Return an answer of Claude's."""
    stop = "tool_use" if content[0]["type"] == "tool_use" else "end_turn"
    usage = {"input_tokens": 1, "output_tokens": 1}
    whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "stop_reason": stop, "stop_sequence": None}
    return Message.model_validate(whole | {"content": content, "usage": usage})


def called(number: int, name: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401  (whatever a tool takes)
    """Return one call of a tool."""
    return {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": given}


SCRIPT = [
    [called(0, "propose_edit", path="gate.py", old_text="bool(permit)", new_text="permit == 'jade'")],
    [called(1, "read_file", path="gate.py", first=14), called(2, "read_file", path="../outside.py")],
    [{"type": "text", "text": "Done: gate.py:15."}],
]
