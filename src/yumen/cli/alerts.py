"""`yumen alerts`: try every channel, and show what was told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.listing import Listing
from yumen.cli.opened import opened_database, resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import Clock, iso
from yumen.errors import OperatorError
from yumen.settings.sources import Sources
from yumen.words import speaks_chinese

if TYPE_CHECKING:
    from yumen.alerts import Told
    from yumen.alerts.texts import Language
    from yumen.cli.console import Console
    from yumen.notices import Channel
    from yumen.settings import Settings


TEST_HELP = "Send a test notice through every channel of the settings, and say which took it; exit code 1 if one did not."


class AlertLine(msgspec.Struct, frozen=True):
    """An alert in JSON."""

    time: str
    topic: str
    name: str
    organization_id: str | None
    facts: dict[str, str | int]


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("test", help=TEST_HELP)(run_test)
    app.command("list", help="Show what was told, the newest first.")(list_alerts)
    return app


def run_test(ctx: typer.Context, *, data: Data = None, config: Config = None) -> int:
    """Try every channel."""
    console: Console = ctx.obj
    settings = resolved_settings(console, config, data=data).settings
    return 1 if asyncio.run(try_channels(console, settings)) else 0


async def try_channels(console: Console, settings: Settings) -> int:
    """Send a notice through every channel at once, say of each whether it took it, and return how many did not."""
    from yumen.app.notices import make_notices
    from yumen.notices import Message, attempt

    clock = Clock()
    notices = make_notices(settings, clock, Sources(settings.secrets, console.environ))
    if not notices.channels:
        raise OperatorError(
            "there is no channel for alerts: set alerts.mail, alerts.webhook, alerts.dingtalk, alerts.feishu or alerts.wecom"
        )
    subject, text = TEST[settings.mail.language]
    message = Message(subject, text, clock.new_id("ntc_"))
    try:
        reasons = await asyncio.gather(*(attempt(channel, message) for channel in notices.channels))
    finally:
        notices.close()
    for channel, reason in zip(notices.channels, reasons, strict=True):
        if reason is None:
            console.line("{channel}: sent", channel=label(channel))
        else:
            console.line("{channel}: not sent: {reason}", channel=label(channel), reason=reason)
    return sum(reason is not None for reason in reasons)


TEST = {
    "en": ("Yumen: a test notice", "This is a test notice of `yumen alerts test`. Nothing has happened."),
    "zh": ("Yumen: 测试通知", "这是 `yumen alerts test` 发出的测试通知，没有发生任何事情。"),
}


def label(channel: Channel) -> str:
    """Return what a channel is called: of several mail addresses, which."""
    to = getattr(channel, "to", None)
    return channel.name if to is None else f"{channel.name} {to}"


def list_alerts(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="how many of the newest are shown")] = 50,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show what was told."""
    console: Console = ctx.obj
    settings = resolved_settings(console, config, data=data).settings

    print_alerts(console, asyncio.run(latest(settings, limit)), as_json=as_json)


async def latest(settings: Settings, limit: int) -> list[Told]:
    """Return the newest."""
    from yumen.app.alerts import alert_store

    async with opened_database(settings) as database:
        return await alert_store(database).latest(limit)


def print_alerts(console: Console, alerts: list[Told], *, as_json: bool) -> None:
    """Print alerts: JSON, or a table."""
    from yumen.alerts import words_of

    if as_json:
        for told in alerts:
            line = AlertLine(iso(told.time_us), told.topic, told.name, told.organization_id, told.facts)
            console.raw(msgspec.json.encode(line).decode())
        return
    language: Language = "zh" if speaks_chinese(console.environ) else "en"
    rows = [(iso(told.time_us)[:19].replace("T", " "), told.topic, words_of(told.topic, told.facts, language)[0]) for told in alerts]
    console.table(("time", "topic", "alert"), rows)
