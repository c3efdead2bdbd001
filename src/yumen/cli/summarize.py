"""`yumen summarize`: documents summed up, by parts where they are long."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yumen.assistants.summaries.values import Form, Length, Wish
from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude
from yumen.cli.options import Config

if TYPE_CHECKING:
    from yumen.assistants.summaries import Summary
    from yumen.cli.console import Console

LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="LANGUAGE", help="the language of what is written; without it, that of what it is made from"),
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="where the text goes, instead of standard output")]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Sum up documents: text, Markdown, HTML, PDF, DOCX. A second run goes on where one broke off.")(summarize)
    return app


def summarize(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILES...", help="files, patterns and folders; - is standard input")],
    *,
    length: Annotated[Length, typer.Option("--length", metavar="short|medium|long", help="how long the summary is")] = Length.MEDIUM,
    form: Annotated[Form, typer.Option("--form", metavar="text|bullets|table|json", help="what it looks like")] = Form.TEXT,
    language: LanguageOption = None,
    out: OutOption = None,
    window: Annotated[
        int | None,
        typer.Option("--window", min=1000, metavar="TOKENS", help="the largest prompt, where it is to be less than the model takes"),
    ] = None,
    model: ModelChoice = None,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> None:
    """Sum up."""
    from yumen.assistants.summaries import Summarizer
    from yumen.assistants.summaries.face import pieces_of
    from yumen.cli.documents import documents_named
    from yumen.cli.progress import bar_of

    console: Console = ctx.obj
    logging.getLogger("yumen.client").addHandler(logging.NullHandler())
    documents = documents_named(files)
    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude:
        pieces = pieces_of(documents, claude, console.environ)
        if pieces.count:
            console.note("an earlier run has notes on {count} parts: going on from there", count=pieces.count)
        with bar_of(console, "parts") as move:
            summary = Summarizer(claude, Wish(length, form, language), pieces, window).summarize(documents, move)
        if summary.is_sandbox and language:
            console.note("the sandbox translates nothing: the sentences are in the documents' own language")
        show(console, summary, form, out)
        pieces.forget()


def show(console: Console, summary: Summary, form: Form, out: Path | None) -> None:
    """Print a summary, or write it; where no Claude made it that is said, but in JSON beside the output."""
    from yumen.cli.batch_files import write_whole

    mark = console.words.say("(sandbox, not Claude)") if summary.is_sandbox else ""
    if mark and form is Form.JSON:
        console.note("{said}", said=mark)
        mark = ""
    text = f"{mark}\n{summary.text}" if mark else summary.text
    if out is None:
        console.text(text)
        return
    write_whole(out, text + "\n")
    console.note("written: {files}", files=out)
