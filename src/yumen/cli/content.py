"""`yumen logs content`: what one call asked and was answered, where its key let that be written down; the audit log says who looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.audit import Act, write_act
from yumen.cli.actor import actor
from yumen.cli.opened import opened_content, resolved_settings, with_desk
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import Clock, iso
from yumen.errors import OperatorError
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.cli.opened import Desk
    from yumen.contents import Shown
    from yumen.settings import Settings

READ = "content.read"


class ContentLine(msgspec.Struct, frozen=True):
    """One call's content in JSON."""

    request_id: str
    time: str
    organization_id: str
    workspace_id: str
    key_id: str
    method: str
    path: str
    status: int
    outcome: str
    fault: str | None
    request: str | None
    """What the upstream was sent; None: it passed without being held."""
    request_bytes: int
    """How long it was; longer than what is shown, where it was cut."""
    answer: str
    """What came, with the placeholders in it."""
    answer_bytes: int


def content(
    ctx: typer.Context,
    request_id: Annotated[str, typer.Argument(metavar="REQUEST_ID", help="the request's id, which the answer's request-id header says")],
    *,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show what one call asked and was answered."""
    above = ctx.parent.params if ctx.parent is not None else {}  # the options may stand before `content` as well as behind it
    settings = resolved_settings(ctx.obj, config or above.get("config"), data=data or above.get("data")).settings

    async def work(desk: Desk) -> Shown:
        return await read(desk, settings, request_id)

    shown = with_desk(settings, work)
    if as_json or above.get("as_json"):
        ctx.obj.raw(msgspec.json.encode(line_of(shown)).decode())
    else:
        say(ctx.obj, line_of(shown), shown)


async def read(desk: Desk, settings: Settings, request_id: str) -> Shown:
    """Open what is kept of a call, and write down who looks before it is shown. Raises OperatorError where nothing can be shown."""
    from yumen.app.contents import safe_of
    from yumen.contents import read_kept

    with opened_content(settings, desk.database) as keys:
        try:
            shown = await read_kept(safe_of(desk.compartments, keys.keyring.sealer), request_id)
        except SealBroken:
            raise OperatorError(
                "what is kept of {id} does not open: it was changed, or comes from another database", id=request_id
            ) from None
    if shown is None:
        raise OperatorError(
            "nothing is kept of {id}: its key does not ask for it (yumen keys update KEY --content all), or it was long ago", id=request_id
        )
    async with desk.database.begin() as connection:
        await write_act(connection, Act(actor(), Clock().now_us(), READ, request_id, shown.row.organization_id))
    return shown


def line_of(shown: Shown) -> ContentLine:
    """Return it as it is shown."""
    row, kept = shown.row, shown.kept
    return ContentLine(
        row.request_id,
        iso(row.time_us),
        row.organization_id,
        row.workspace_id,
        row.key_id,
        kept.method,
        kept.path,
        kept.status,
        kept.outcome,
        kept.fault,
        None if kept.request is None else kept.request.decode(errors="replace"),
        kept.request_bytes,
        kept.answer.decode(errors="replace"),
        kept.answer_bytes,
    )


def say(console: Console, line: ContentLine, shown: Shown) -> None:
    """Print it for eyes: what it was, what was asked, what was answered."""
    console.raw(
        f"{line.request_id}  {line.time}  {line.key_id}  {line.method} {line.path}  {line.status} {line.outcome} {line.fault or ''}"
    )
    if line.request is None:
        console.line("the request passed without being held, so that nothing of it is kept")
    else:
        console.raw("")
        console.line("what was asked")
        part(console, line.request, line.request_bytes - len(shown.kept.request or b""))
    console.raw("")
    console.line("what was answered")
    part(console, line.answer, line.answer_bytes - len(shown.kept.answer))


def part(console: Console, text: str, more_bytes: int) -> None:
    """Print one side, and whether it went on."""
    console.text(text)
    if more_bytes:
        console.line("… {more} bytes more, which are not kept", more=more_bytes)
