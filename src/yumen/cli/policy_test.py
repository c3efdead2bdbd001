"""`yumen policy test`: what a policy's rules hit in a text or a request, where, and what would be sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.options import AsJson
from yumen.errors import OperatorError
from yumen.policy.document import read_policy
from yumen.policy.trying import try_body, try_text
from yumen.policy.values import Mode, On

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.policy.trying import Tried

COLUMNS = ("line", "column", "path", "rule", "action", "kind", "found")
BLOCKED = 1


def try_out(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="a policy in TOML (docs/policy.md)")],
    *,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="the text that it is tried out on")] = None,
    request: Annotated[str | None, typer.Option("--request", metavar="FILE", help="the JSON body that it is tried out on")] = None,
    answer: Annotated[bool, typer.Option("--answer", help="as if Claude had answered it")] = False,
    as_json: AsJson = False,
) -> int:
    """Try a policy out."""
    if (text is None) == (request is None):
        raise OperatorError("name what to look at: --text or --request")
    policy = read_policy(Path(file).expanduser())
    on = On.ANSWER if answer else On.REQUEST
    tried = try_text(policy, text, on) if text is not None else try_body(policy, read_body(str(request)), on)
    show(ctx.obj, tried, as_json=as_json)
    if policy.mode is Mode.SHADOW:
        ctx.obj.note("this policy is in shadow mode: it would count this, and do nothing")
    return BLOCKED if tried.blocked is not None else 0


def show(console: Console, tried: Tried, *, as_json: bool) -> None:
    """Print what a policy does."""
    if as_json:
        console.raw(msgspec.json.encode(tried).decode())
        return
    if tried.hits:
        console.table(COLUMNS, [[getattr(hit, column) or None for column in COLUMNS] for hit in tried.hits])
    else:
        console.line("no rule hits")
    if tried.blocked is not None:
        console.line("blocked: {why}", why=tried.blocked)
    else:
        console.line("what would be sent:")
        console.text(tried.sent)


def read_body(path: str) -> bytes:
    """Return a file's bytes. Raises OperatorError where it cannot be read."""
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
