"""`yumen tokens`: how many tokens a prompt has, and whether the model takes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from yumen.claude.models import find_model
from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, steps_in
from yumen.cli.opened import resolved_settings
from yumen.cli.options import AsJson, Config
from yumen.client.too_long import ERROR, at_least, at_most, tokens_of
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from yumen.cli.console import Console

STDIN = "-"
MODEL = "claude-sonnet-5-5"
COUNTED = ("messages", "system", "tools", "tool_choice", "thinking", "output_config")
"""What of a request `count_tokens` takes beside the model."""
PATIENCE_S = 20.0
"""A count comes in a second, and an estimate is at hand."""
WINDOW = 1_000_000
"""That of a model that is not in the catalogue: what all of today's but one have."""


class Count(msgspec.Struct, frozen=True):
    """What was counted."""

    model: str
    tokens: int
    exact: bool
    error_percent: int
    at_least: int
    at_most: int
    window: int
    fits: bool
    """By the number itself; between `at_least` and `at_most` an estimate cannot be sure."""


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Count the tokens of a prompt, and see whether it fits; exit code 1 where it is too long.")(tokens)
    return app


def tokens(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="a text, or a request's body as JSON with its messages; - is standard input")],
    *,
    model: Annotated[str | None, typer.Option("--model", metavar="MODEL", help="whose tokens are counted")] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="estimate here, and ask nobody")] = False,
    as_json: AsJson = False,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> int:
    """Count, and print."""
    console: Console = ctx.obj
    body = body_of(file)
    named = body.get("model")
    body["model"] = model or (named if isinstance(named, str) and named else MODEL)
    chosen = Chosen(environment, body["model"], base_url, api_key)
    exact = None if estimate else exactly(console, config, chosen, body)
    count = counted(body, exact)
    if as_json:
        console.raw(msgspec.json.encode(count).decode())
    else:
        say(console, count)
    return 0 if count.fits else 1


def body_of(name: str) -> dict[str, Any]:
    """Return what is counted: a request's body, or a text as the user's one message. Raises OperatorError where it cannot be read."""
    try:
        data = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError("{path} cannot be read: {reason}", path=name, reason=getattr(error, "strerror", None) or error) from error
    try:
        read = msgspec.json.decode(text) if text.lstrip().startswith("{") else None
    except ValueError:
        read = None
    return read if isinstance(read, dict) and isinstance(read.get("messages"), list) else {"messages": [{"role": "user", "content": text}]}


def exactly(console: Console, config: str | None, chosen: Chosen, body: dict[str, Any]) -> int | None:
    """Return what Claude counts; None where Claude is not to be reached, which is said unless nobody set it up."""
    if steps_in(chosen, console.environ, resolved_settings(console, config).settings):
        return None
    from anthropic import APIError

    from yumen.cli.asking import options_of
    from yumen.client import Claude

    try:
        with Claude(**options_of(console, config, chosen), max_retries=0, timeout=PATIENCE_S) as claude:
            asked = {name: body[name] for name in COUNTED if name in body}
            found = claude.messages.count_tokens(model=body["model"], **asked)
            return None if claude.is_sandbox else found.input_tokens
    except (APIError, OperatorError) as error:
        console.note("not counted, so estimated: {reason}", reason=error)
        return None


def counted(body: dict[str, Any], exact: int | None) -> Count:
    """Return the count, exact or estimated, beside the model's window."""
    known = find_model(body["model"])
    window = known.max_input_tokens if known else WINDOW
    found = tokens_of(body) if exact is None else exact
    least, most = (at_least(found), at_most(found)) if exact is None else (found, found)
    percent = round(ERROR * 100) if exact is None else 0
    return Count(body["model"], found, exact is not None, percent, least, most, window, found <= window)


def say(console: Console, count: Count) -> None:
    """Tell it in the operator's language."""
    values = {
        "tokens": f"{count.tokens:,}",
        "model": count.model,
        "window": f"{count.window:,}",
        "share": f"{count.tokens / count.window:.1%}",
    }
    if count.exact:
        console.line("{tokens} tokens, exactly: {share} of the {window} that {model} takes", **values)
    else:
        console.line("about {tokens} tokens, ± {error} %: {share} of the {window} that {model} takes", **values, error=count.error_percent)
    if not count.fits:
        console.warn("too long by {over} tokens", over=f"{count.tokens - count.window:,}")
    elif count.at_most > count.window:
        console.warn("an estimate cannot be sure that it fits")
