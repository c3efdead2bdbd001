"""`yumen write`: a text from a brief, by an outline that is shown first."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.assistants.writing.values import Length, Wish
from yumen.cli.ask import StyleOption
from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude
from yumen.cli.options import Config
from yumen.cli.summarize import LanguageOption, OutOption
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from yumen.assistants.writing import Draft, Outline
    from yumen.cli.console import Console


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Write a text from a brief: an outline first, then section after section. A second run goes on where one broke off.")(
        write
    )
    return app


def write(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    words: Annotated[str | None, typer.Argument(metavar="[BRIEF]", help="what is to be written, for whom and why")] = None,
    *,
    brief: Annotated[str | None, typer.Option("--brief", metavar="FILE", help="the brief is in a file; - is standard input")] = None,
    outline: Annotated[str | None, typer.Option("--outline", metavar="FILE", help="an outline of one's own, in Markdown")] = None,
    outline_only: Annotated[bool, typer.Option("--outline-only", help="print the outline, and write nothing yet")] = False,
    length: Annotated[Length, typer.Option("--length", metavar="short|medium|long", help="how long the text is")] = Length.MEDIUM,
    style: StyleOption = None,
    language: LanguageOption = None,
    out: OutOption = None,
    model: ModelChoice = None,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> None:
    """Write."""
    from yumen.assistants.writing import Writer, parse_outline
    from yumen.assistants.writing.face import pieces_of, style_text
    from yumen.cli.progress import bar_of

    console: Console = ctx.obj
    logging.getLogger("yumen.client").addHandler(logging.NullHandler())
    told = brief_of(words, brief)
    wish = Wish(told, length, language, style_text(style, told, console.environ))
    given = None if outline is None else parse_outline(text_of(outline))
    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude:
        pieces = pieces_of(wish, claude, console.environ)
        if pieces.count:
            console.note("an earlier run has {count} pieces of this: going on from there", count=pieces.count)
        writer = Writer(claude, wish, pieces)
        planned = given or writer.outline()
        if outline_only:
            show_outline(console, planned, out)
            return
        if given is None:
            say_outline(console, planned)
        with bar_of(console, "sections") as move:
            draft = writer.write(planned, move)
        show(console, draft, out)
        pieces.forget()


def brief_of(words: str | None, file: str | None) -> str:
    """Return the brief, of the command line or a file. Raises OperatorError where there is not exactly one."""
    if (words is None) == (file is None):
        raise OperatorError('say what to write: yumen write "BRIEF", or --brief FILE')
    return text_of(file) if file is not None else words or ""


def text_of(name: str) -> str:
    """Return the text of a file as it stands, where it is Markdown or plain text; of another kind, what it says."""
    from yumen.assistants.documents import read_document
    from yumen.assistants.documents.plain import read_text
    from yumen.cli.documents import STDIN, read_stdin

    if name == STDIN:
        return read_stdin()
    path = Path(name)
    return read_document(path).text if path.suffix.lower() in {".html", ".htm", ".pdf", ".docx"} else read_text(path)


def say_outline(console: Console, outline: Outline) -> None:
    """Show the outline beside the output, before the text is written by it."""
    from yumen.assistants.writing import outline_lines

    console.note("the outline (--outline-only prints it, --outline FILE takes one of your own):")
    for line in filter(None, outline_lines(outline)):
        console.note("{said}", said=f"  {line}")


def show_outline(console: Console, outline: Outline, out: Path | None) -> None:
    """Print the outline, or write it to the file that `--outline` will read; where no Claude made it that is said."""
    from yumen.assistants.writing import outline_lines

    put(console, "\n".join(outline_lines(outline)), out, marked=outline.is_sandbox)


def show(console: Console, draft: Draft, out: Path | None) -> None:
    """Print the text, or write it; where no Claude made it that is said."""
    put(console, draft.text, out, marked=draft.is_sandbox)


def put(console: Console, text: str, out: Path | None, *, marked: bool) -> None:
    """Print or write, below a line that says that no Claude had a part in it."""
    from yumen.cli.batch_files import write_whole

    whole = f"{console.words.say('(sandbox, not Claude)')}\n{text}" if marked else text
    if out is None:
        console.text(whole)
        return
    write_whole(out, whole + "\n")
    console.note("written: {files}", files=out)
