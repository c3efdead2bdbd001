"""Reads what a caller of the admin API sent into values, and says in Claude's words what is wrong with it."""

from __future__ import annotations

import re
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec

from yumen.errors import InvalidRequest, TooLarge

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BODY_BYTES = 1024 * 1024
MAX_PARAMETERS = 200
JSON = "application/json"
TIME = "datetime.datetime"
"""How the type of a time reads."""
IGNORED = frozenset({"beta"})
"""Parameters that clients add of themselves."""
OF_LINES = frozenset({"purpose", "reason", "answer", "description", "description_zh", "text", "body"})
"""Fields that may have line breaks."""

FREE = frozenset({"prompt"})
"""Fields that hold what is said to Claude, in which any character may stand."""

Asked = TypeVar("Asked", bound=msgspec.Struct)

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")
_TURNING = r"\u202a-\u202e\u2066-\u2069"
"""What turns the direction of the text after it (UAX 9): a name with it would rewrite the sentence that it stands in."""
_CONTROL = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_TURNING}]")
_CONTROL_BUT_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNING}]")
_AT = re.compile(r"(.*) - at (?:key in )?`\$(.*)`", re.DOTALL)
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Expected `str` of length >= 1"), "String should have at least 1 character"),
    (re.compile(r"Expected `str` of length >= (\d+)"), r"String should have at least \1 characters"),
    (re.compile(r"Expected `str` of length <= (\d+)"), r"String should have at most \1 characters"),
    (re.compile(r"Expected `str` matching regex '(.*)'"), r"String should match pattern '\1'"),
    (re.compile(r"Expected `array` of length >= (\d+)"), r"List should have at least \1 item(s)"),
    (re.compile(r"Expected `array` of length <= (\d+)"), r"List should have at most \1 items"),
    (re.compile(r"Expected `(?:int|float)` >= (-?\d+)"), r"Input should be greater than or equal to \1"),
    (re.compile(r"Expected `(?:int|float)` <= (-?\d+)"), r"Input should be less than or equal to \1"),
    (re.compile(r"Invalid enum value (.*)"), r"Input should be one of the values that are allowed here, not \1"),
    (
        re.compile(r"Invalid RFC3339 encoded datetime|Expected `datetime` with a timezone component"),
        "Input should be a time such as 2026-11-26T08:00:00Z",
    ),
    (re.compile(r"Expected `object`.*"), "Input should be an object"),
    (re.compile(r"Expected `array`.*"), "Input should be a valid list"),
    (re.compile(r"Expected `str( \| null)?`.*"), "Input should be a valid string"),
    (re.compile(r"Expected `int( \| null)?`.*"), "Input should be a valid integer"),
    (re.compile(r"Expected `bool( \| null)?`.*"), "Input should be a valid boolean"),
    (re.compile(r"Expected `datetime( \| null)?`.*"), "Input should be a time such as 2026-11-26T08:00:00Z"),
)


async def read_body(request: Request, kind: type[Asked]) -> Asked:
    """Read a JSON body. No body at all is an empty object."""
    body = await collect(request)
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        # A page from elsewhere can send any other type without asking the browser's leave.
        raise InvalidRequest(f"content-type: Input should be {JSON}")
    try:
        asked = msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise InvalidRequest(worded(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidRequest("The request body is not valid JSON.") from None
    refuse_control_characters(msgspec.to_builtins(asked))
    return asked


async def collect(request: Request) -> bytes:
    """Collect a body up to the limit."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_BODY_BYTES:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)


def read_query(text: bytes, kind: type[Asked]) -> Asked:
    """Read a query string; `name[]` may come several times, everything else once."""
    try:
        pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except (UnicodeDecodeError, ValueError):
        raise InvalidRequest("The query string cannot be read.") from None
    lists = {field.encode_name for field in msgspec.structs.fields(kind) if is_list(field.type)}
    found: dict[str, Any] = {}
    for sent, value in pairs:
        name = sent.removesuffix("[]")
        if name in IGNORED:
            continue
        if name in lists:
            found.setdefault(name, []).append(value)
        elif sent in found:
            raise InvalidRequest(f"{sent}: this parameter may stand only once")
        else:
            found[sent] = value
    return read_fields(found, kind)


def read_fields(found: dict[str, Any], kind: type[Asked]) -> Asked:
    """Read fields whose values may be texts, as those of queries and forms are."""
    refuse_loose(found, kind)
    try:
        asked = msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidRequest(worded(str(error))) from None
    refuse_control_characters(found)
    return asked


def refuse_loose(found: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    """Refuse what a lenient reading of numbers would let pass: the word null, and numbers for times."""
    for field in msgspec.structs.fields(kind):
        value = found.get(field.encode_name)
        if isinstance(value, str) and value.lower() == "null":
            raise InvalidRequest(f"{field.encode_name}: Input should not be null: leave the parameter out")
        if isinstance(value, str) and TIME in str(field.type) and not _TIME.match(value):
            raise InvalidRequest(f"{field.encode_name}: Input should be a time such as 2026-11-26T08:00:00Z")


def is_list(kind: Any) -> bool:  # noqa: ANN401  (a type annotation has no type of its own)
    """Whether a field's type is a list, or a list or nothing, with whatever is said of it beside."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return any(is_list(part) for part in get_args(kind))
    return is_list(get_args(kind)[0]) if origin is Annotated else origin in (tuple, list)


def refuse_control_characters(value: Any, path: str = "") -> None:  # noqa: ANN401  (any JSON)
    """Refuse text that has control characters in it: it would not be shown as it is."""
    if isinstance(value, str):
        pattern = _CONTROL_BUT_LINES if path.rpartition(".")[2] in OF_LINES else _CONTROL
        if pattern.search(value):
            raise InvalidRequest(f"{path}: String should have no control characters")
    elif isinstance(value, dict) and path not in FREE:
        for name, item in value.items():
            refuse_control_characters(name, path or "body")
            refuse_control_characters(item, f"{path}.{name}" if path else name)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            refuse_control_characters(item, f"{path}.{number}")


def worded(error: str) -> str:
    """Say a mistake as Claude does: `limits.0.value: Input should be a valid integer`."""
    match = _AT.fullmatch(error)
    sentence, path = (match[1], dotted(match[2])) if match else (error, "")
    for pattern, ending in (
        (r"Object missing required field `(.*)`", "Field required"),
        (r"Object contains unknown field `(.*)`", "Extra inputs are not permitted"),
    ):
        named = re.fullmatch(pattern, sentence, re.DOTALL)
        if named:
            return f"{path}.{named[1]}: {ending}" if path else f"{named[1]}: {ending}"
    for known, words in _WORDS:
        found = known.fullmatch(sentence)
        if found:
            return f"{path or 'body'}: {found.expand(words)}"
    return f"{path or 'body'}: {sentence}"


def dotted(path: str) -> str:
    """Turn msgspec's path into Claude's: `.limits[0].value` into `limits.0.value`."""
    return re.sub(r"\[(\d+|\.\.\.)\]", r".\1", path).lstrip(".")
