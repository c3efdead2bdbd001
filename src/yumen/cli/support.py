"""`yumen support`: customer service from a folder of documents, in the terminal or over HTTP."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude
from yumen.cli.opened import resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.support_served import Listening, serve_support
from yumen.errors import Fault, OperatorError
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from yumen.assistants.chat import Lines
    from yumen.assistants.support import Answer, Citation, Support
    from yumen.cli.console import Console
    from yumen.settings import Settings

PROMPT = "> "
HELP = "Answer customers from a folder of documents, with its sources, and hand over to a person by rules (docs/support.md)."

Knowledge = Annotated[str, typer.Option("--knowledge", metavar="DIR", help="the folder of documents: Markdown, text, HTML")]
Question = Annotated[str | None, typer.Argument(metavar="[QUESTION]", help="what the customer asks; without it, questions are read")]
CustomerOption = Annotated[str, typer.Option("--customer", metavar="ID", help="who asks: each is remembered by itself")]
RulesOption = Annotated[str | None, typer.Option("--rules", metavar="FILE", help="when a person takes over (docs/support.md)")]
InstructionsOption = Annotated[
    str | None, typer.Option("--instructions", metavar="FILE", help="your own words for Claude: the company's name, the tone")
]
WebhookOption = Annotated[str | None, typer.Option("--webhook", metavar="URL", help="a URL that is told of each hand-over")]
SecretOption = Annotated[
    str | None, typer.Option("--webhook-secret", metavar="REFERENCE", help="where the secret is kept that signs webhooks, such as env:NAME")
]
ListenOption = Annotated[str | None, typer.Option("--listen", metavar="HOST:PORT", help="answer over HTTP there")]
TokenOption = Annotated[
    str | None, typer.Option("--token", metavar="REFERENCE", help="where the token is kept that callers of --listen must send")
]
ReplyOption = Annotated[
    str | None, typer.Option("--reply-webhook", metavar="URL", help="a URL that gets the answers to questions that come by webhook")
]
ReleaseOption = Annotated[bool, typer.Option("--release", help="answer the customer again whom a person had taken over")]
ForgetOption = Annotated[bool, typer.Option("--forget", help="delete what is remembered of the customer")]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help=HELP)(support)
    return app


def support(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    question: Question = None,
    knowledge: Knowledge,
    customer: CustomerOption = "customer",
    rules: RulesOption = None,
    instructions: InstructionsOption = None,
    webhook: WebhookOption = None,
    webhook_secret: SecretOption = None,
    listen: ListenOption = None,
    token: TokenOption = None,
    reply_webhook: ReplyOption = None,
    release: ReleaseOption = False,
    forget: ForgetOption = False,
    as_json: AsJson = False,
    environment: EnvironmentOption = None,
    model: ModelChoice = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    data: Data = None,
    config: Config = None,
) -> int:
    """Answer a question, many of them, or over HTTP."""
    from yumen.assistants.support import Support, SupportOptions

    console: Console = ctx.obj
    settings = resolved_settings(console, config, data=data).settings
    signing, opening = (
        secret(reference, option, settings, console) for reference, option in ((webhook_secret, "--webhook-secret"), (token, "--token"))
    )
    listening = None if listen is None else Listening.of(listen, opening, reply_webhook, signing)
    options = SupportOptions(
        data=settings.data,
        **({} if rules is None else {"rules": rules}),
        instructions="" if instructions is None else read(instructions),
        webhook=webhook,
        webhook_secret=signing,
    )
    with (
        open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude,
        Support(knowledge, claude, options) as service,
    ):
        for error in service.refreshed.unreadable:
            console.warn("left out: {reason}", reason=console.words.error(error))
        if release or forget:
            return tend(service, customer, console, forget=forget)
        if listening is not None:
            return serve_support(service, listening, console)
        shown = Shown(console, as_json=as_json)
        if question is not None:
            shown.answer(service.answer(question, customer=customer))
            return 0
        return converse(service, customer, shown, typed())


def tend(service: Support, customer: str, console: Console, *, forget: bool) -> int:
    """Forget a customer, or answer him again."""
    if forget:
        done = service.forget(customer)
        console.line("{customer} is forgotten" if done else "nothing is remembered of {customer}", customer=customer)
        return 0
    done = service.release(customer)
    console.line("{customer} is answered again" if done else "{customer} was not handed over", customer=customer)
    return 0


def converse(service: Support, customer: str, shown: Shown, lines: Lines) -> int:
    """Answer question after question until there are no more; return 1 where one of a pipe got no answer."""
    code = 0
    while True:
        try:
            question = lines.read(PROMPT).strip()
            if question:
                shown.answer(service.answer(question, customer=customer))
        except EOFError:
            return code
        except KeyboardInterrupt:
            if not lines.is_person:
                raise
        except (Fault, OperatorError) as error:
            code = 0 if lines.is_person else 1
            shown.failure(error)


class Shown:
    """Shows answers."""

    def __init__(self, console: Console, *, as_json: bool) -> None:
        """As text for people, or as one line of JSON each."""
        self._console = console
        self._as_json = as_json

    def answer(self, answer: Answer) -> None:
        """Show one."""
        if self._as_json:
            self._console.raw(msgspec.json.encode(answer).decode())
            return
        for line in answer.text.split("\n"):
            self._console.line("{said}", said=line)
        for citation in answer.citations:
            self._source(citation)
        if answer.handed_over is not None:
            self._console.note("handed over to a person ({reason})", reason=answer.handed_over.reason)

    def failure(self, error: Fault | OperatorError) -> None:
        """Say what went wrong."""
        words = self._console.words
        self._console.note("{said}", said=words.fault(error) if isinstance(error, Fault) else words.error(error))

    def _source(self, citation: Citation) -> None:
        place = f"{citation.file}, {citation.heading}" if citation.heading else citation.file
        values = {"number": citation.number, "place": place}
        if citation.page:
            self._console.line("[{number}] {place}, page {page}", page=citation.page, **values)
        elif citation.line:
            self._console.line("[{number}] {place}, line {line}", line=citation.line, **values)
        else:
            self._console.line("[{number}] {place}", **values)


def typed() -> Lines:
    """Return the lines that are typed, or piped in."""
    from yumen.assistants.chat import PlainLines

    if not sys.stdin.isatty():
        return PlainLines(sys.stdin)
    from yumen.assistants.chat.prompt import PromptLines

    return PromptLines(None)


def secret(reference: str | None, option: str, settings: Settings, console: Console) -> str | None:
    """Return what a reference leads to. Raises OperatorError."""
    if reference is None:
        return None
    with closing(Sources(settings.secrets, console.environ)) as sources:
        return sources.secret(reference, option).reveal()


def read(path: str) -> str:
    """Return a file of the operator's. Raises OperatorError."""
    from yumen.assistants.documents.plain import read_text

    return read_text(Path(path).expanduser())
