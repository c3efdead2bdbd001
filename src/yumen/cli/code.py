"""`yumen code`: code explained from its files, and help with a task, with the place of whatever is said."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude
from yumen.cli.options import AsJson, Config
from yumen.errors import OperatorError
from yumen.words import speaks_chinese

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
    chinese = speaks_chinese(console.environ)
    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude:
        if words[0] == EXPLAIN:
            if len(words) > 2:  # noqa: PLR2004  (the word and one place)
                raise OperatorError("name one file or folder to explain")
            root, name, lines = place_of(words[1] if words[1:] else ".", folder)
            show(console, Coder(claude, root, chinese=chinese).explain(name, lines), as_json=as_json)
            return
        coder: Coder = Coder(claude, folder or Path(), chinese=chinese)
        reply = coder.help(" ".join(words))
        show(console, reply, as_json=as_json)
        if apply and reply.edits:
            write(coder.folder, reply.edits)
            console.note("written: {files}", files=", ".join(edit.path for edit in reply.edits))


def place_of(text: str, folder: Path | None) -> tuple[Path, str, tuple[int, int] | None]:
    """Return the folder that is read, the file in it, and the lines, of a place such as `src/gate.py:10-20`.

    Without a folder that is the present one, or the file's own where it is named as lying outside. Raises OperatorError where there is no
    such file, and where a link leads out of the folder: what lies there was not meant.
    """
    path, lines = split(text, folder or Path())
    if path.is_dir() and lines is not None:
        raise OperatorError("{path} is a folder: it has no lines", path=path)
    real = path.resolve()
    named_here = Path(os.path.abspath(path)).is_relative_to(Path.cwd())  # noqa: PTH100  (as it is written, links not followed)
    root = (folder or (Path() if named_here else real if real.is_dir() else real.parent)).resolve()
    if not real.is_relative_to(root):
        raise OperatorError("{path} leads out of {folder}", path=path, folder=root)
    return (path, ".", None) if real.is_dir() else (root, real.relative_to(root).as_posix(), lines)


def split(text: str, folder: Path) -> tuple[Path, tuple[int, int] | None]:
    """Return the path and the lines of a place. Raises OperatorError where there is no such file."""
    found = None if os.path.exists(folder / text) else PLACE.fullmatch(text)  # noqa: PTH110  (Path's own fails at what no file can be called)
    path = folder / (found["path"] if found else text)
    if not os.path.exists(path):  # noqa: PTH110  (the same)
        raise OperatorError("there is no file {path}", path=path)
    if found is None or not found["first"]:
        return path, None
    first = int(found["first"])
    return path, (first, max(first, int(found["last"] or first)))


def show(console: Console, reply: Reply, *, as_json: bool) -> None:
    """Print a reply: its words, and what it proposes as a difference."""
    from yumen.assistants.code import difference

    changes = difference(reply.edits)
    if as_json:
        console.raw(msgspec.json.encode({"text": reply.text, "difference": changes, "sandbox": reply.is_sandbox}).decode())
        return
    if reply.is_sandbox:
        console.line("(sandbox, not Claude)")
    if reply.text:
        console.text(reply.text)
    else:
        console.line("No class or function here has a word of the task.")
    if changes:
        console.text(f"\n{changes}", end="")
