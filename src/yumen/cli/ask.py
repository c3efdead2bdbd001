"""`yumen ask`: one question, one answer."""

from __future__ import annotations

import logging
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude, readable
from yumen.cli.options import AsJson, Config
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.cli.console import Console
    from yumen.client import Answer, Claude

CUT_OFF, REFUSED = 3, 4
"""Exit codes of an answer that is no whole answer."""
STDIN = "-"

TextArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[TEXT]...", help="the question; - stands for what comes by standard input, as does no text at all"),
]
StyleOption = Annotated[str | None, typer.Option("--style", metavar="NAME", help="how Claude speaks: a style, or a file of one")]
SystemOption = Annotated[str | None, typer.Option("--system", metavar="TEXT", help="the system prompt")]
MaxTokensOption = Annotated[int | None, typer.Option("--max-tokens", min=1, metavar="N", help="the longest answer, in tokens")]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Ask Claude one question; exit code 3 where the answer was cut off, 4 where Claude refused.")(ask)
    return app


class Wished(msgspec.Struct, frozen=True):
    """How the answer is wanted."""

    stream: bool
    whole: bool
    as_json: bool


def ask(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    text: TextArgument = None,
    *,
    system: SystemOption = None,
    style: StyleOption = None,
    max_tokens: MaxTokensOption = None,
    whole: Annotated[bool, typer.Option("--whole", help="go on where the answer was cut off, until it is whole")] = False,
    stream: Annotated[
        bool | None, typer.Option("--stream/--no-stream", help="print the answer as it comes (on a terminal that is the default)")
    ] = None,
    as_json: AsJson = False,
    model: ModelChoice = None,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> int:
    """Ask, and print the answer."""
    console: Console = ctx.obj
    logging.getLogger("yumen.client").addHandler(logging.NullHandler())  # what it warns of is said here, in the operator's language
    prompt = prompt_of(text or [STDIN])
    wished = Wished(console.is_terminal if stream is None else stream, whole, as_json)
    options: dict[str, Any] = {"system": told(console, prompt, system, style), "max_tokens": max_tokens}
    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude:
        answer = answered(console, claude, prompt, options, wished)
        return say_end(console, answer)


def prompt_of(texts: Sequence[str]) -> str:
    """Return the question, its parts with a blank line between. Raises OperatorError where there is none."""
    prompt = "\n\n".join(sys.stdin.read() if text == STDIN else text for text in texts)
    if not prompt.strip():
        raise OperatorError("there is no question: yumen ask TEXT, or by standard input")
    return readable(prompt)


def told(console: Console, prompt: str, system: str | None, style: str | None) -> str | None:
    """Return the system prompt: the style's text, in the question's language, and then what the command line says."""
    if style is None:
        return system
    from yumen.sessions.styling import find_style, read_style, style_folders

    is_file = Path(style).suffix == ".toml"
    found = read_style(Path(style)) if is_file else find_style(style, style_folders(console.environ, Path.cwd()))
    return "\n\n".join(text for text in (found.text_for(prompt), system) if text)


def answered(console: Console, claude: Claude, prompt: str, options: dict[str, Any], wished: Wished) -> Answer:
    """Ask and print."""
    if wished.stream and not wished.whole and not wished.as_json:
        answer = claude.answer(prompt, on_text=partial(console.text, end=""), **options)
        console.text("")
        return answer
    answer = claude.answer(prompt, **options)
    answer = answer.continued() if wished.whole else answer
    if wished.as_json:
        console.raw(msgspec.json.encode(shown(answer, sandbox=claude.is_sandbox)).decode())
    else:
        console.text(answer.text)
    return answer


def shown(answer: Answer, *, sandbox: bool) -> dict[str, object]:
    """Return an answer for programs."""
    return {
        "text": answer.text,
        "id": answer.message.id,
        "model": answer.message.model,
        "stop_reason": answer.message.stop_reason,
        "truncated": answer.truncated,
        "attempts": answer.attempts,
        "usage": answer.usage,
        "cost_nanousd": answer.cost_nanousd,
        "sandbox": sandbox,
    }


def say_end(console: Console, answer: Answer) -> int:
    """Say what is to be said of the answer's end; return the exit code."""
    if answer.message.stop_reason == "refusal":
        console.warn("Claude refused to answer")
        return REFUSED
    if answer.truncated:
        console.warn(
            "the answer was cut off ({reason}): --whole goes on with it, --max-tokens leaves it more room",
            reason=answer.message.stop_reason,
        )
        return CUT_OFF
    return 0
