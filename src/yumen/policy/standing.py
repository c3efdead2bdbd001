"""Where a string of a request stands: what it is for, whether it can be read, and whether it may be replaced. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from yumen.policy.values import Place

if TYPE_CHECKING:
    from yumen.claude.strings import Frame, Spot

FIXED = frozenset(
    {
        *("allowed_domains", "authorization_token", "betas", "blocked_domains", "container", "custom_id", "display", "effort"),
        *("encoding", "file_data", "file_id", "format", "id", "mcp_server_name", "media_type", "model", "name", "pattern", "required"),
        *("role", "server_name", "service_tier", "signature", "speed", "tool_call_id", "tool_name", "tool_use_id", "ttl", "type", "url"),
        *("$ref", "$schema", "anthropic_beta", "anthropic_version"),
    }
)
"""Keys under which a placeholder would make a request that means nothing."""
MEASURES = frozenset(
    {
        *("budget_tokens", "frequency_penalty", "max_completion_tokens", "max_tokens", "max_tokens_to_sample", "presence_penalty", "seed"),
        *("temperature", "top_k", "top_p"),
    }
)
"""Keys under which numbers are the wire's, and nobody's content."""
SCHEMAS = frozenset({"input_schema", "input_examples", "parameters", "schema"})
ORDINARY = frozenset({"type", "role", "text", "content", "name", "user", "assistant", "messages", "model", "system", "tools", "input"})
"""Words of the wire itself, so frequent that they are not looked at again and again where they stand as keys."""
READABLE = re.compile(r"[^A-Za-z0-9+/=_\-\r\n]")
"""What does not stand in base64: only what is without it may be taken for something that cannot be read."""
OTHER_MEDIA = re.compile(r"image/(?!svg)|audio/|video/|application/(?:pdf|zip|msword|vnd\.)", re.IGNORECASE)
"""What is no text. Whatever calls itself something else, or nothing, or two things at once, may be some."""
DATA_URL = re.compile(r"\s*data:([^,;]*)(?:;[^,;]*)*?(;base64)?,", re.IGNORECASE)


class Root(StrEnum):
    """What a JSON text is as a whole."""

    PROMPT = "prompt"
    """A request for a message, in Claude's form or a chat completion's."""
    ITEM = "item"
    """One request of a batch: the prompt is its `params`."""
    INPUT = "input"
    """A tool's input."""
    OTHER = "other"


class Form(StrEnum):
    """How a string is read."""

    TEXT = "text"
    JSON = "json"
    """It holds JSON, as a chat completion's tool arguments do."""
    BASE64 = "base64"
    """It holds text in base64."""
    URL = "url"
    """It may hold text in percent escapes."""
    OPAQUE = "opaque"
    """It cannot be read."""


class Seat(NamedTuple):
    """What is known of all strings of an object or array."""

    top: str = ""
    """The top-level field of the prompt that it belongs to."""
    prompt: bool = False
    """Whether it is the prompt itself."""
    input: bool = False
    """Whether it belongs to the input of a tool's call: whatever a tool takes."""
    schema: bool = False


class Standing(NamedTuple):
    """What is known of one string."""

    place: Place
    form: Form
    fixed: bool
    """Whether nothing may be put in its place."""
    unseen: str | None = None
    """The field of `Blind` that says what becomes of what it stands for; None: all of it can be seen."""


class Standings:
    """Finds out where the strings of one text stand."""

    __slots__ = ("_root", "_seats")

    def __init__(self, root: Root) -> None:
        """Read a text of that kind."""
        self._root = root
        self._seats: dict[int, Seat] = {}

    def seat(self, frame: Frame | None) -> Seat:
        """Return what is known of an object or array."""
        if frame is None:
            return Seat(input=self._root is Root.INPUT)
        known = self._seats.get(id(frame))
        if known is None:
            known = self._seats[id(frame)] = self._found(frame)
        return known

    def _found(self, frame: Frame) -> Seat:
        outer = frame.outer
        if outer is None:
            return Seat(prompt=self._root is Root.PROMPT, input=self._root is Root.INPUT)
        around = self.seat(outer)
        if around.prompt:
            return Seat(top=frame.under)
        if self._root is Root.ITEM and outer.outer is None and frame.under == "params":
            return Seat(prompt=True)
        made = frame.under == "input" and not outer.array and outer.says("type").endswith("tool_use")
        return Seat(around.top, input=around.input or made, schema=around.schema or (frame.under in SCHEMAS))

    def of(self, spot: Spot) -> Standing | None:
        """Return where a string stands; None: it is a word of the wire, or a number that is no content."""
        seat = self.seat(spot.frame)
        if spot.kind == "number":
            measure = spot.key in MEASURES and not seat.input and not seat.schema
            return None if measure else Standing(place_of(spot, seat), Form.TEXT, fixed=not seat.input)
        if spot.kind == "key":
            if spot.text in ORDINARY and not seat.input:
                return None
            return Standing(place_of(spot, seat), Form.TEXT, fixed=not seat.input)
        if seat.input or spot.frame is None:
            return Standing(place_of(spot, seat), Form.TEXT, fixed=False)
        form, unseen = form_of(spot, spot.frame)
        fixed = form is not Form.BASE64 and (spot.key in FIXED or unseen is not None)
        return Standing(Place.TOOL_INPUT if form is Form.JSON else place_of(spot, seat), form, fixed, unseen)


def place_of(spot: Spot, seat: Seat) -> Place:
    """Return the place of a string, in the words of what is written down."""
    top = spot.key if seat.prompt else seat.top
    if seat.input:
        return Place.TOOL_INPUT
    if top == "messages" and is_thinking(spot):
        return Place.THINKING
    return {"system": Place.SYSTEM, "messages": Place.MESSAGES, "tools": Place.TOOLS}.get(top, Place.OTHER)


def is_thinking(spot: Spot) -> bool:
    """Tell whether a string is what Claude thought: it is signed, and must stay as Claude wrote it."""
    return spot.kind == "value" and spot.key == "thinking" and spot.frame is not None and spot.frame.says("type") == "thinking"


def form_of(spot: Spot, frame: Frame) -> tuple[Form, str | None]:
    """Return how a value is read, and what of it, or of what it stands for, cannot be seen."""
    key, text, kinds = spot.key, spot.text, frame.said.get("type", [])
    if key == "arguments":
        return Form.JSON, None
    if key == "file_id":
        return Form.TEXT, "files"
    if key.startswith("encrypted_") or key == "signature" or (key == "data" and kinds == ["redacted_thinking"]):
        return (Form.TEXT if READABLE.search(text) else Form.OPAQUE), ("encrypted" if text else None)
    if (key == "data" and ("base64" in kinds or frame.under == "input_audio")) or key == "file_data":
        return data_form(text, frame.says("media_type"))
    is_url = key == "url" and (frame.under in ("image_url", "source") or "url" in kinds) and frame.under != "mcp_servers"
    if is_url or key == "image_url":
        return data_form(text, "") if DATA_URL.match(text) else (Form.URL, "urls")
    return Form.TEXT, None


def data_form(text: str, media_type: str) -> tuple[Form, str | None]:
    """Return how the data of an image or a document is read: as text, unless it says clearly that it is something else."""
    url = DATA_URL.match(text)
    if url is not None:
        media_type = url[1]
        if not url[2]:
            return Form.URL, "documents"
    if not OTHER_MEDIA.match(media_type):
        return Form.BASE64, None
    if READABLE.search(text, 0 if url is None else url.end()):
        return Form.TEXT, "documents"
    return Form.OPAQUE, "images" if media_type.lower().startswith("image/") else "documents"
