"""Getting started: a first key with one click, the lines of code to use it, and a button that tries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from yumen.console.pages.first_code import EXAMPLES, MODEL, NO_KEY, exports
from yumen.console.pages.page import Page
from yumen.errors import Fault
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    import httpx2
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit
    from yumen.ledger.shown import LogLine

MODULES = ["tabs.js", "welcome.js"]
MAX_TOKENS = 200
NANO_PER_MICRO = 1000
US_PER_MS = 1000
KeyText = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Try(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key that shall be tried: its text, as whoever made it was just shown it."""

    key: KeyText

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "Try()"


class Block(msgspec.Struct, frozen=True):
    """A part of Claude's answer."""

    text: str = ""


class Usage(msgspec.Struct, frozen=True):
    """What it used."""

    input_tokens: int = 0
    output_tokens: int = 0


class Said(msgspec.Struct, frozen=True):
    """What is read of Claude's answer."""

    content: tuple[Block, ...] = ()
    model: str = MODEL
    usage: Usage = Usage()


class Why(msgspec.Struct, frozen=True):
    """Why there is none."""

    message: str = ""


class Unsaid(msgspec.Struct, frozen=True):
    """A refusal, in Claude's shape."""

    error: Why = Why()


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows of a try, written in the visitor's language."""

    text: str
    model: str
    input_tokens: str
    output_tokens: str
    cost: str
    duration: str
    request_id: str


class NotAnswered(Fault):
    """The try was answered with an error."""

    status = 502
    chinese = "试用请求返回了错误。"


async def show_welcome(visit: Visit) -> Response:
    """Show how to begin, with a key still to be made."""
    return await visit.show("welcome/welcome.html", made=None, **code_for(visit, NO_KEY))


async def make_key(visit: Visit) -> Response:
    """Make a key and show it, this once, with what can be done with it."""
    made = await visit.do("api_keys.create", {"name": visit.form.text("name")})
    return await visit.show("welcome/welcome.html", made=made, **code_for(visit, made.key))


def code_for(visit: Visit, key: str) -> dict[str, object]:
    """Return the code that the page shows, for a key."""
    services = visit.services
    lines = exports(services.public_url, key, services.authority)
    sees_cost = visit.may(Action.COST_READ)
    return {"exports": lines, "examples": EXAMPLES, "modules": MODULES, "authority": services.authority, "sees_cost": sees_cost}


async def show_try(visit: Visit) -> Response:
    """Send whoever comes by a link to where a key is tried."""
    return visit.go("/welcome")


async def try_key(visit: Visit) -> Response:
    """Ask Claude something with a key, as any program would, and tell what came of it."""
    wanted: Try = await visit.body(Try)
    question = visit.say("Welcome somebody who has just made a first API key, in one short sentence.")
    body = {"model": MODEL, "max_tokens": MAX_TOKENS, "messages": [{"role": "user", "content": question}]}
    async with visit.services.calls.post(wanted.key, "/v1/messages", msgspec.json.encode(body)) as response:
        content = await response.aread()
    if not response.is_success:
        raise NotAnswered(why(content))
    return visit.json(await told(visit, response, msgspec.json.decode(content, type=Said)))


def why(content: bytes) -> str | None:
    """Return what an error says, None: nothing that can be read."""
    try:
        return msgspec.json.decode(content, type=Unsaid).error.message or None
    except msgspec.DecodeError:
        return None


async def told(visit: Visit, response: httpx2.Response, said: Said) -> Tried:
    """Return what is told of an answer, with what its row in the ledger says."""
    request_id, locale = response.headers.get("request-id", ""), visit.locale
    row: LogLine = (await visit.do("requests.retrieve", request_id=request_id)).request
    return Tried(
        text="".join(block.text for block in said.content),
        model=said.model,
        input_tokens=locale.number(said.usage.input_tokens),
        output_tokens=locale.number(said.usage.output_tokens),
        cost=locale.money(None if row.cost_microusd is None else round(row.cost_microusd * NANO_PER_MICRO)),
        duration=locale.span(None if row.duration_ms is None else round(row.duration_ms * US_PER_MS)),
        request_id=request_id,
    )


PAGES = (
    Page(path="/welcome", access=Action.API_KEY_CREATE, show=show_welcome, submit=make_key),
    Page(path="/welcome/try", access=Action.API_KEY_CREATE, show=show_try, submit=try_key),
)
