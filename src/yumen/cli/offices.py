"""What the commands about organizations share: the offices over the settings' database, in the name of whoever runs the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import typer

from yumen.audit import Actor
from yumen.cli.actor import actor
from yumen.cli.opened import Desk, resolved_settings, with_desk
from yumen.cli.places import Places
from yumen.clock import Clock
from yumen.organizations import Equipment, Letters, Offices, PostRoom, open_offices
from yumen.settings.sign_ups import console_url_of, sign_up_terms
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from yumen.cli.console import Console
    from yumen.settings import Settings

Result = TypeVar("Result")
OfOrganization = Annotated[
    str | None,
    typer.Option("--organization", metavar="ORGANIZATION", help="the organization, by id or name; without it, the operator's own"),
]


class Office(msgspec.Struct, frozen=True):
    """Where a command works."""

    offices: Offices
    desk: Desk
    actor: Actor

    @property
    def places(self) -> Places:
        """Where names are looked up."""
        return Places(self.desk.organizations)

    async def organization_id(self, wanted: str | None) -> str:
        """Return the id of the organization that is meant. Raises OperatorError."""
        return (await self.places.organization(wanted)).id


class Chosen(msgspec.Struct, frozen=True):
    """Which data folder and which settings' file a command works on."""

    data: str | None
    config: str | None


def with_offices(console: Console, chosen: Chosen, work: Callable[[Office], Awaitable[Result]]) -> Result:
    """Do something in the offices."""
    settings = resolved_settings(console, chosen.config, data=chosen.data).settings

    async def opened(desk: Desk) -> Result:
        post, close = post_room(console, settings)
        equipment = Equipment(sign_up_terms(settings), post, Letters(settings.mail.language, console_url_of(settings)))
        try:
            return await work(Office(open_offices(desk.organizations, desk.keys, Clock(), equipment), desk, actor()))
        finally:
            close()

    return with_desk(settings, opened)


def post_room(console: Console, settings: Settings) -> tuple[PostRoom, Callable[[], None]]:
    """Return what sends letters, by the settings' mail server, and what ends it."""
    if settings.mail.server is None:
        return PostRoom(), lambda: None
    from yumen.app.notices import make_mailer

    mailer = make_mailer(settings, Clock(), Sources(settings.secrets, console.environ))
    return PostRoom(mailer), lambda: None if mailer is None else mailer.close()


def show_lines(console: Console, lines: Iterable[Any], columns: Sequence[str], *, as_json: bool) -> None:
    """Print records: JSON, one object a line, or a table of those columns."""
    if as_json:
        for line in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    console.table(columns, [[cell(getattr(line, column)) for column in columns] for line in lines])


def cell(value: object) -> object:
    """Return a value as it stands in a table."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else ""
    return value


def show_token(console: Console, token: str | None, email: str) -> None:
    """Say that an invitation was sent, or show its token, this once, where nothing could send it."""
    if token is None:
        console.line("invited {email} by mail", email=email)
        return
    console.note("no mail could be sent: hand this token to {email} yourself; it is shown this once", email=email)
    console.raw(token)
