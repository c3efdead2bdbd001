"""`yumen sessions`: list, show, search, export, copy and delete conversations that are kept, the library's or a gateway's."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer

from yumen.cli.listing import Listing
from yumen.cli.opened import opened_shelf, resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import Clock, iso
from yumen.errors import OperatorError
from yumen.sessions.values import LOCAL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.cli.console import Console
    from yumen.sessions import Listed, Session, Turn
    from yumen.sessions.remember import FullShelf

AT_MOST = 1_000
SHOWN_CHARACTERS = 60
LIST_COLUMNS = ("name", "turns", "last used", "style", "model")
SHOW_COLUMNS = ("turn", "state", "prompt tokens", "from the cache", "output tokens", "question")
FOUND_COLUMNS = ("name", "turn", "text")
COLUMNS = (*LIST_COLUMNS, *SHOW_COLUMNS, *FOUND_COLUMNS)

Name = Annotated[str, typer.Argument(metavar="NAME", help="the conversation's name")]
StoreOption = Annotated[
    str | None, typer.Option("--store", metavar="URL", help="the library's store: sqlite:///PATH or postgresql://HOST/NAME")
]
WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="ID", help="a workspace's conversations in the gateway's database, not the library's")
]
FormOption = Annotated[
    str, typer.Option("--format", metavar="FORM", help="json (all that is stored), jsonl (one message a line) or markdown")
]


class Place(NamedTuple):
    """Which conversations are meant."""

    store: str | None
    workspace: str | None
    data: str | None
    config: str | None


class Line(msgspec.Struct, frozen=True):
    """A conversation in JSON."""

    name: str
    turns: int
    used: str
    created: str
    style: str | None
    model: str | None


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List conversations, the last used first.")(list_sessions)
    app.command("show", help="Show a conversation's turns.")(show)
    app.command("search", help="Find the turns in which a text was said.")(search)
    app.command("export", help="Print a conversation.")(export)
    app.command("fork", help="Copy a conversation under another name.")(fork)
    app.command("delete", help="Delete a conversation with all its turns.")(delete)
    return app


def list_sessions(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    *,
    store: StoreOption = None,
    workspace: WorkspaceOption = None,
    data: Data = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """List."""
    console: Console = ctx.obj
    place = Place(store, workspace, data, config)

    async def read() -> list[Listed]:
        async with shelf_at(console, place) as shelf:
            return await shelf.every(workspace or LOCAL, AT_MOST)

    listed = asyncio.run(read())
    lines = [Line(one.session.name, one.turns, *times(one.session), one.session.style, one.session.model) for one in listed]
    if as_json:
        for line in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    console.table(
        LIST_COLUMNS,
        [(line.name, line.turns, line.used, line.style or "-", line.model or "-") for line in lines],
    )


def show(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Name,
    *,
    store: StoreOption = None,
    workspace: WorkspaceOption = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show."""
    console: Console = ctx.obj
    _, turns = asyncio.run(read_one(console, Place(store, workspace, data, config), name))
    rows = [
        (
            turn.number,
            state_of(console, turn),
            turn.usage.prompt_tokens,
            turn.usage.cache_read_tokens,
            turn.usage.output_tokens,
            said_in(turn),
        )
        for turn in turns
    ]
    console.table(SHOW_COLUMNS, rows)


def search(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="the text that is looked for")],
    *,
    store: StoreOption = None,
    workspace: WorkspaceOption = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Search."""
    console: Console = ctx.obj

    async def read() -> list[tuple[str, int, str]]:
        async with shelf_at(console, Place(store, workspace, data, config)) as shelf:
            found = await shelf.search(workspace or LOCAL, text, AT_MOST)
            return [(one.session.name, one.number, around(one.text, text)) for one in found]

    console.table(FOUND_COLUMNS, asyncio.run(read()))


def export(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Name,
    *,
    form: FormOption = "json",
    store: StoreOption = None,
    workspace: WorkspaceOption = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Export."""
    from yumen.sessions.export import export as exported

    console: Console = ctx.obj
    session, turns = asyncio.run(read_one(console, Place(store, workspace, data, config), name))
    console.text(exported(session, turns, name, form).rstrip("\n"))


def fork(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Name,
    copy: Annotated[str, typer.Argument(metavar="COPY", help="the copy's name")],
    *,
    store: StoreOption = None,
    workspace: WorkspaceOption = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Copy."""
    from yumen.client.talk import check_name
    from yumen.sessions.header import NAME

    console: Console = ctx.obj
    if workspace is None:
        check_name(copy)
    elif not NAME.match(copy):
        raise OperatorError(
            "a session of a gateway has a name of 1 to 128 letters, digits or signs of ._:@+-, the first a letter or a digit"
        )

    async def write() -> None:
        async with shelf_at(console, Place(store, workspace, data, config)) as shelf:
            session = await shelf.find(workspace or LOCAL, name)
            if session is None:
                raise OperatorError("there is no conversation {name}", name=name)
            clock = Clock()
            now_us = clock.now_us()
            made = {"id": clock.new_id("sess_"), "created_us": now_us, "used_us": now_us, "forked_from": session.id}
            if not await shelf.fork(session, msgspec.structs.replace(session, name=copy, **made)):
                raise OperatorError("there is a conversation {name} already", name=copy)

    asyncio.run(write())
    console.line("{copy} is a copy of {name}", copy=copy, name=name)


def delete(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Name,
    *,
    store: StoreOption = None,
    workspace: WorkspaceOption = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Delete."""
    console: Console = ctx.obj

    async def write() -> bool:
        async with shelf_at(console, Place(store, workspace, data, config)) as shelf:
            return await shelf.delete(workspace or LOCAL, name)

    if not asyncio.run(write()):
        raise OperatorError("there is no conversation {name}", name=name)
    console.line("{name} is deleted", name=name)


async def read_one(console: Console, place: Place, name: str) -> tuple[Session, tuple[Turn, ...]]:
    """Return a conversation. Raises OperatorError where there is none of that name."""
    async with shelf_at(console, place) as shelf:
        found = await shelf.read(place.workspace or LOCAL, name)
    if found is None:
        raise OperatorError("there is no conversation {name}", name=name)
    return found


@asynccontextmanager
async def shelf_at(console: Console, place: Place) -> AsyncIterator[FullShelf]:
    """Open the store that is meant: the gateway's database for a workspace, else the library's."""
    from yumen.client.session_place import open_database, session_url
    from yumen.sessions.shelf_sql import SqlSessionShelf

    if place.workspace is not None:
        settings = resolved_settings(console, place.config, data=place.data).settings
        async with opened_shelf(settings, place.workspace) as shelf:
            yield shelf
        return
    database = await open_database(session_url(place.store, console.environ))
    try:
        yield SqlSessionShelf(database)
    finally:
        await database.dispose()


def times(session: Session) -> tuple[str, str]:
    """Return when a session was used last, and when it began."""
    return iso(session.used_us), iso(session.created_us)


def state_of(console: Console, turn: Turn) -> str:
    """Return in words how a turn stands."""
    return console.words.say("dropped" if turn.dropped else turn.state.value)


def said_in(turn: Turn) -> str:
    """Return how a turn's question begins, on one line."""
    from yumen.sessions import text_of

    return " ".join(text_of(turn.question).split())[:SHOWN_CHARACTERS]


def around(text: str, sought: str) -> str:
    """Return the part of a turn's text where something was found, on one line."""
    at = max(0, text.lower().find(sought.lower()))
    start = max(0, at - SHOWN_CHARACTERS // 2)
    return " ".join(text[start : start + SHOWN_CHARACTERS + len(sought)].split())
