"""What the gateway reads of a request's body: five fields, and the prompt's length. The rest stays bytes."""

from __future__ import annotations

import json

import msgspec

from yumen.errors import InvalidRequest

READ_KEYS = (
    "model",
    "messages",
    "system",
    "stream",
    "max_tokens",
    "max_completion_tokens",
    "prompt",
    "container",
    "tools",
    "mcp_servers",
    "output_config",
    "speed",
)
"""Top-level keys that somebody here reads: one that stands twice would be read differently by different readers, so it is refused."""

MAX_MODEL_CHARACTERS = 256
TOO_DEEP = "The request body nests too deeply."


class RequestView(msgspec.Struct, frozen=True):
    """What was read. A field of another type than expected is None: to say so is the upstream's matter."""

    model: str | None = None
    stream: bool = False
    max_tokens: int | None = None
    prompt_characters: int = 0
    """Code points of all text in `system` and `messages`, the same for escaped and raw text."""
    prompt_bytes: int = 0
    """The same text in UTF-8."""


NOTHING = RequestView()


class _Block(msgspec.Struct, gc=False):
    text: str = ""
    content: str | list[_Block] = ""


class _Message(msgspec.Struct, gc=False):
    content: str | list[_Block] = ""


_Content = str | list[_Block]
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_messages = msgspec.json.Decoder(list[_Message]).decode
_content = msgspec.json.Decoder(_Content).decode
_text = msgspec.json.Decoder(str).decode
_integer = msgspec.json.Decoder(int).decode


def view_request(body: bytes) -> RequestView:
    """Read a Messages, count_tokens or chat body. Raises InvalidRequest where it is no JSON object or names a read key twice."""
    fields = read_fields(body)
    texts = _prompt_texts(fields)
    characters = sum(map(len, texts))
    return RequestView(
        model=_model(fields),
        stream="stream" in fields and bytes(fields["stream"]) == b"true",
        max_tokens=_max_tokens(fields),
        prompt_characters=characters,
        prompt_bytes=characters if all(map(str.isascii, texts)) else sum(_utf8_bytes(text) for text in texts),
    )


def read_fields(body: bytes) -> dict[str, msgspec.Raw]:
    """Return the top-level fields as raw JSON. Raises InvalidRequest as `view_request` does."""
    try:
        fields = _fields(body)
    except RecursionError:
        raise InvalidRequest(TOO_DEEP) from None
    except ValueError as error:  # msgspec's, or text that is not UTF-8
        msg = f"The request body is not a valid JSON object: {error}"
        raise InvalidRequest(msg) from None
    if not _adds_up(fields, len(body)):
        _refuse_duplicates(body)
    return fields


def _adds_up(fields: dict[str, msgspec.Raw], size: int) -> bool:
    """Tell whether the fields account for every byte of a compact body, as most clients send it: then no key stood twice."""
    return size == sum([len(key) + len(value) for key, value in fields.items()]) + 4 * len(fields) + 1


def _refuse_duplicates(body: bytes) -> None:
    """Look at the top-level keys as they stand, escapes resolved."""
    top: list[tuple[str, object]] = []

    def remember(pairs: list[tuple[str, object]]) -> None:
        nonlocal top
        top = pairs

    try:
        # Numbers stay text: their value does not matter here, and Python refuses to read very long ones.
        json.loads(body, object_pairs_hook=remember, parse_int=str, parse_float=str)
    except RecursionError:
        raise InvalidRequest(TOO_DEEP) from None
    except ValueError as error:
        msg = f"The request body is not a valid JSON object: {error}"
        raise InvalidRequest(msg) from None
    keys = [key for key, _ in top]
    for key in READ_KEYS:
        if keys.count(key) > 1:
            msg = f"{key}: this key stands more than once in the request body"
            raise InvalidRequest(msg)


def _model(fields: dict[str, msgspec.Raw]) -> str | None:
    raw = fields.get("model")
    try:
        model = _text(raw) if raw is not None else None
    except ValueError:
        return None
    if model is not None and len(model) > MAX_MODEL_CHARACTERS:
        msg = f"model: String should have at most {MAX_MODEL_CHARACTERS} characters"
        raise InvalidRequest(msg)
    return model


def _max_tokens(fields: dict[str, msgspec.Raw]) -> int | None:
    """Return the most that is asked for: a chat completion may say it by either name, or by both."""
    raw, other = fields.get("max_tokens"), fields.get("max_completion_tokens")
    try:
        if raw is None or other is None:
            raw = other if raw is None else raw
            return _integer(raw) if raw is not None else None
        return max(_integer(raw), _integer(other))
    except ValueError:
        return None


def _prompt_texts(fields: dict[str, msgspec.Raw]) -> list[str]:
    """Return every text of the prompt. What has another form than expected is read by a slower, forgiving way."""
    texts: list[str] = []
    try:
        system = fields.get("system")
        if system is not None:
            _collect(_content(system), texts)
        messages = fields.get("messages")
        if messages is not None:
            for message in _messages(messages):
                _collect(message.content, texts)
    except (ValueError, RecursionError):
        texts = []
        for key in ("system", "messages"):
            if key in fields:
                _collect_any(_forgiving(fields[key]), texts)
    return texts


def _collect(content: str | list[_Block], texts: list[str]) -> None:
    if isinstance(content, str):
        texts.append(content)
        return
    for block in content:
        if block.text:
            texts.append(block.text)
        if block.content:
            _collect(block.content, texts)


def _forgiving(raw: msgspec.Raw) -> object:
    try:
        return json.loads(bytes(raw), parse_int=float)  # Python refuses to read a very long int
    except (ValueError, RecursionError):
        return None


def _collect_any(value: object, texts: list[str]) -> None:
    """Collect the text of what stands in unexpected places: strings, and `text` or `content` of objects."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend(value[key] for key in ("text", "content") if key in value)


def _utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
