"""A second look at a request, for limits that reserve the most it can cost: what bounds its input, and whether anything does."""

from __future__ import annotations

import msgspec

IMAGE_TOKENS = 5_000
"""The most that one image counts: the largest that is not scaled down, at the highest resolution (4,784), rounded up."""
BASE_TOKENS = 500
"""What a request costs beside its bytes: framing, and the notes of a mode."""
TOOLS_TOKENS = 1_000
"""What Claude writes into the prompt beside the tools' own text, as soon as there are any, or the answer must follow a schema."""
TYPED_TOOL_TOKENS = 2_000
"""The most that one of Claude's own tools, of which the request has only the name, adds."""
BYTES_PER_TOKEN = 1
"""No token stands for less than a byte."""

PLAIN_BLOCKS = frozenset(
    {"", "text", "input_text", "image", "image_url", "tool_use", "tool_result", "thinking", "redacted_thinking", "search_result"}
)
"""Blocks that count no more tokens than they have bytes, images aside."""
PLAIN_SOURCES = frozenset({"text", "content"})
CLIENT_TOOLS = ("bash_", "text_editor_", "computer_", "memory_")
SEARCH = "web_search_"
FETCH = "web_fetch_"


class Extent(msgspec.Struct, frozen=True):
    """What bounds a request."""

    model: str | None = None
    """The model that stands in the body."""
    max_tokens: int | None = None
    input_tokens: int | None = None
    """No request of these bytes has more; None: only the model's window bounds it (documents, files)."""
    rounds: int = 1
    """How often the model may be asked in one call: once more for every use of a server's tool."""
    searches: int = 0
    """How many web searches it may make."""
    speed: str | None = None
    unbounded: str | None = None
    """Why nothing bounds it, in a sentence; None: something does."""


class _Source(msgspec.Struct, gc=False):
    type: str = ""
    data: str = ""
    content: str | list[_Block] = ""


class _Block(msgspec.Struct, gc=False):
    type: str = ""
    source: _Source | None = None
    content: str | list[_Block] = ""


class _Message(msgspec.Struct, gc=False):
    content: str | list[_Block] = ""


class _Tool(msgspec.Struct, gc=False):
    type: str | None = None
    name: str = ""
    max_uses: int | None = None


class _Body(msgspec.Struct, gc=False):
    model: str | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    messages: list[_Message] = []
    tools: list[_Tool] = []
    output_config: object = None
    container: object = None
    mcp_servers: object = None
    speed: str | None = None


_decode = msgspec.json.Decoder(_Body).decode
UNREADABLE = "what it may cost has no bound, since its body has a form that is not known here"


def extent_of(body: bytes) -> Extent:
    """Return what bounds a Messages or chat request. One of a form that nobody foresaw is bounded by nothing."""
    try:
        read = _decode(body)
    except (ValueError, RecursionError):
        return Extent(unbounded=UNREADABLE)
    whys = [why for why in map(_why_unbounded, read.tools) if why is not None]
    if read.container is not None or read.mcp_servers is not None:
        whys.append("what it may cost has no bound, since it uses a container or MCP servers")
    rounds = sum(tool.max_uses or 0 for tool in read.tools if _is_servers(tool))
    asked = [limit for limit in (read.max_tokens, read.max_completion_tokens) if limit is not None]
    return Extent(
        read.model,
        max(asked) if asked else None,
        None if rounds else _input_tokens(read, len(body)),
        1 + rounds,
        sum(tool.max_uses or 0 for tool in read.tools if (tool.type or "").startswith(SEARCH)),
        read.speed,
        whys[0] if whys else None,
    )


def _input_tokens(read: _Body, size: int) -> int | None:
    blocks = [block for message in read.messages if not isinstance(message.content, str) for block in message.content]
    images = left_out = 0
    while blocks:
        block = blocks.pop()
        if not isinstance(block.content, str):
            blocks.extend(block.content)
        if block.type == "document" and block.source is not None and block.source.type in PLAIN_SOURCES:
            if not isinstance(block.source.content, str):
                blocks.extend(block.source.content)
            continue
        if block.type not in PLAIN_BLOCKS:
            return None
        if block.type.startswith("image"):
            images += 1
            left_out += len(block.source.data) if block.source is not None else 0
    typed = sum(tool.type not in (None, "custom", "function") for tool in read.tools)
    tools = TOOLS_TOKENS if read.tools or read.output_config is not None else 0
    return size // BYTES_PER_TOKEN - left_out + images * IMAGE_TOKENS + BASE_TOKENS + tools + typed * TYPED_TOOL_TOKENS


def _is_servers(tool: _Tool) -> bool:
    return tool.type not in (None, "custom", "function") and not (tool.type or "").startswith(CLIENT_TOOLS)


def _why_unbounded(tool: _Tool) -> str | None:
    if not _is_servers(tool):
        return None
    if not (tool.type or "").startswith((SEARCH, FETCH)):
        return f"what it may cost has no bound, since it uses the server's tool {(tool.name or tool.type or '')[:64]}"
    if tool.max_uses is None or tool.max_uses < 0:
        return f"what it may cost has no bound, since its tool {(tool.name or tool.type or '')[:64]} states no max_uses"
    return None
