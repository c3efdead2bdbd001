"""`yumen code`: code explained from its files, and help with a task, with the place of whatever is said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude
from yumen.cli.options import AsJson, Config
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from yumen.assistants.code import Coder, Reply
    from yumen.cli.console import Console

HELP = "Explain code (yumen code explain PATH[:LINES]), or help with a task in a folder (yumen code TASK)."
EXPLAIN = "explain"
PLACE = re.compile(r"(?P<path>.+?)(?::(?P<first>\d+)(?:-(?P<last>\d+))?)?")


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help=HELP)(code)
    return app


def code(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="explain PATH[:LINES] | TASK", help="what to explain, or the task in one argument")],
    *,
    folder: Annotated[Path | None, typer.Option("--in", metavar="FOLDER", help="the one folder that is read")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="write the proposed changes, after they are shown")] = False,
    as_json: AsJson = False,
    model: ModelChoice = None,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> None:
    """Explain, or help."""
    from yumen.assistants.code import Coder
    from yumen.assistants.code import apply as write

    console: Console = ctx.obj
    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude:
        if words[0] == EXPLAIN and len(words) > 1:
            if len(words) > 2:  # noqa: PLR2004  (the word and one place)
                raise OperatorError("name one file or folder to explain")
            root, name, lines = place_of(words[1], folder)
            show(console, Coder(claude, root).explain(name, lines), as_json=as_json)
            return
        coder: Coder = Coder(claude, folder or Path())
        reply = coder.help(" ".join(words))
        show(console, reply, as_json=as_json)
        if apply and reply.edits:
            write(coder.folder, reply.edits)
            console.note("written: {files}", files=", ".join(edit.path for edit in reply.edits))


def place_of(text: str, folder: Path | None) -> tuple[Path, str, tuple[int, int] | None]:
    """Return the folder that is read, the file in it, and the lines, of a place such as `src/gate.py:10-20`.

    Without a folder that is the present one, or the file's own where it lies outside. Raises OperatorError where there is no such file.
    """
    found = None if (folder or Path()).joinpath(text).exists() else PLACE.fullmatch(text)
    path = (folder or Path()) / (found["path"] if found else text)
    if not path.exists():
        raise OperatorError("there is no file {path}", path=path)
    lines = None
    if found and found["first"]:
        first = int(found["first"])
        lines = (first, max(first, int(found["last"] or first)))
    if path.is_dir() and folder is None:
        return path, ".", None
    real = path.resolve()
    root = folder or (Path() if real.is_relative_to(Path.cwd()) else real.parent)
    inside = real.is_relative_to(root.resolve())
    return root, real.relative_to(root.resolve()).as_posix() if inside else str(path), lines


def show(console: Console, reply: Reply, *, as_json: bool) -> None:
    """Print a reply: its words, and what it proposes as a difference."""
    from yumen.assistants.code import difference

    changes = difference(reply.edits)
    if as_json:
        console.raw(msgspec.json.encode({"text": reply.text, "difference": changes, "sandbox": reply.is_sandbox}).decode())
        return
    if reply.is_sandbox:
        console.line("(sandbox, not Claude)")
    if reply.is_sandbox and not reply.text:
        console.line("No class or function here has a word of the task.")
    for line in [*reply.text.splitlines(), *([""] if changes else []), *changes.splitlines()]:
        console.raw("".join(letter if letter.isprintable() or letter == "\t" else "\ufffd" for letter in line))
