"""What every command that asks Claude shares: its options, and the client it opens; without any credential, one on the offline sandbox."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from yumen.cli.opened import resolved_settings
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from anthropic import APIStatusError

    from yumen.cli.console import Console
    from yumen.client import AsyncClaude, Claude
    from yumen.settings import Settings

PRODUCTION, SANDBOX = "production", "sandbox"
CHOOSING_VARIABLES = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_PROFILE",
    "CLAUDE_API_KEY",
    "YUMEN_ENVIRONMENT",
)
"""With one of them set somebody means a Claude: what is wrong with it is said then, and the sandbox does not step in."""

EnvironmentOption = Annotated[
    str | None,
    typer.Option("--environment", metavar="NAME", help="whom to ask: production, sandbox, or a name from [environments] of the settings"),
]
ModelChoice = Annotated[str | None, typer.Option("--model", metavar="MODEL", help="which model answers")]
BaseUrlOption = Annotated[str | None, typer.Option("--base-url", metavar="URL", help="the address to ask at, such as a gateway's")]
ApiKeyOption = Annotated[
    str | None,
    typer.Option("--api-key", metavar="REFERENCE", help="where the key is kept, such as env:CLAUDE_API_KEY or file:/run/secrets/claude"),
]


class Chosen(msgspec.Struct, frozen=True):
    """What a command line says of the Claude it wants; None: nothing."""

    environment: str | None = None
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = None

    @property
    def says_where(self) -> bool:
        """Whether it says whom to ask, or by which key."""
        return any(said is not None for said in (self.environment, self.base_url, self.api_key))


@contextmanager
def open_claude(console: Console, config: str | None, chosen: Chosen, **more: Any) -> Iterator[Claude]:  # noqa: ANN401  (the client's options)
    """Open the chosen Claude, and close it at the end; `more` are other options of `yumen.Claude`.

    Where nothing says whom to ask, and no credential is found, that is the offline sandbox, and the operator is told.
    Raises OperatorError where the choice leads nowhere, and for what the SDK raises inside.
    """
    from yumen.client import Claude

    with Claude(**options_of(console, config, chosen), **more) as claude, said_plainly():
        yield claude


@asynccontextmanager
async def open_async_claude(console: Console, config: str | None, chosen: Chosen, **more: Any) -> AsyncIterator[AsyncClaude]:  # noqa: ANN401  (the same)
    """Open the same for `await`."""
    from yumen.client import AsyncClaude

    async with AsyncClaude(**options_of(console, config, chosen), **more) as claude:
        with said_plainly():
            yield claude


def readable(text: str) -> str:
    """Return a text of the command line or of standard input. Raises OperatorError where its bytes were no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise OperatorError("the text is not UTF-8, from its character {place} on", place=error.start + 1) from error
    return text


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn what the SDK raises into the operator's sentences."""
    from anthropic import APIConnectionError, APIError, APIStatusError

    try:
        yield
    except APIStatusError as error:
        raise OperatorError(
            "the answer was an error, {status} ({id}): {reason}",
            status=error.status_code,
            id=error.request_id or "–",
            reason=reason_of(error),
        ) from error
    except APIConnectionError as error:
        raise OperatorError("{url} cannot be reached: {reason}", url=error.request.url, reason=error.__cause__ or error) from error
    except APIError as error:
        raise OperatorError("the call failed: {reason}", reason=error) from error


def reason_of(error: APIStatusError) -> str:
    """Return what an error says beyond its status: the server's own words, and what the client knows more."""
    body = error.body if isinstance(error.body, dict) else {}
    inner = body.get("error")
    said = str(inner.get("message")) if isinstance(inner, dict) else ""
    more = error.message.rpartition("}: ")[2] if "}: " in error.message else ""
    return ": ".join(part for part in (said, more) if part) or error.message


def options_of(console: Console, config: str | None, chosen: Chosen) -> dict[str, Any]:
    """Return the client's options for a choice, and say so where the sandbox steps in."""
    given = {name: value for name, value in msgspec.structs.asdict(chosen).items() if value is not None}
    if config is not None:
        given["settings"] = config
    if steps_in(chosen, console.environ, resolved_settings(console, config).settings):
        console.note("there is no credential for Claude, so the offline sandbox answers: set ANTHROPIC_API_KEY, or name one with --api-key")
        given["environment"] = SANDBOX
    return given


def steps_in(chosen: Chosen, environ: Mapping[str, str], settings: Settings) -> bool:
    """Whether the sandbox answers in Claude's place: nobody said whom to ask, and there is no credential."""
    return not chosen.says_where and not any(environ.get(name) for name in CHOOSING_VARIABLES) and PRODUCTION not in settings.environments
