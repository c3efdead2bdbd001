"""Which value counts: default < yumen.toml < environment < command-line option; each said with where it came from."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from yumen.errors import OperatorError
from yumen.settings.options import OPTIONS, SECTIONS, Option
from yumen.settings.values import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE_NAME = "yumen.toml"
CONFIG_VARIABLE = "YUMEN_CONFIG"
CLIENT_VARIABLES = frozenset({CONFIG_VARIABLE, "YUMEN_API_KEY", "YUMEN_BASE_URL", "YUMEN_SESSIONS"})
"""Variables of that beginning which are no settings of the gateway's."""
MOST = 1e9
"""No time, size or count is larger; what is made of it (microseconds, bytes) fits into the integers of any database."""


class Given(msgspec.Struct, frozen=True):
    """What one place says of one option."""

    value: Any
    where: str


class Notice(msgspec.Struct, frozen=True):
    """Something that the operator should know: a sentence, and the values for its places."""

    sentence: str
    values: dict[str, object] = {}


class Resolved(msgspec.Struct, frozen=True):
    """The settings, where each that is not a default came from, and what to tell the operator."""

    settings: Settings
    sources: dict[str, str]
    notices: tuple[Notice, ...] = ()
    file: str | None = None


def resolve(options: Mapping[str, Any], environ: Mapping[str, str], config: str | None = None) -> Resolved:
    """Resolve the settings. `options` are those given on the command line, by name. Raises OperatorError at the first that will not do."""
    over = from_variables(environ) | {name: from_option(name, value) for name, value in options.items()}
    path = settings_file(config or environ.get(CONFIG_VARIABLE) or None, over.get("data"))
    given = (from_file(path) if path is not None else {}) | over
    values, notices = {}, list(unknown_variables(environ))
    for name, one in given.items():
        values[name], noticed = converted(OPTIONS[name], one)
        notices += noticed
    sources = {name: one.where for name, one in given.items()}
    return Resolved(build(values), sources, tuple(notices), None if path is None else str(path))


def settings_file(config: str | None, data: Given | None) -> Path | None:
    """Return the file to read: the one that was named, else the data folder's, if it is there."""
    if config is not None:
        return Path(config).expanduser()
    path = Path(str(data.value).strip() if data else OPTIONS["data"].default).expanduser() / FILE_NAME
    try:
        return path if path.is_file() else None
    except PermissionError:
        return None  # whoever opens the data folder says so


# ── the places ──────────────────────────────────────────────────────────────


def from_file(path: Path) -> dict[str, Given]:
    """Read a file's options. Raises OperatorError where it cannot be read, is no TOML, or names what does not exist."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OperatorError("{path} is not valid TOML: {reason}", path=path, reason=error) from error
    return {name: Given(value, str(path)) for name, value in named(tables, str(path))}


def named(tables: dict[str, Any], where: str) -> Iterator[tuple[str, Any]]:
    """Yield the options of a file by their whole names."""
    for name, value in tables.items():
        if name in SECTIONS and isinstance(value, dict):
            for inner, one in value.items():
                yield known(f"{name}.{inner}", where), one
        elif name in SECTIONS:
            raise OperatorError("{where}: {name} is a section: its settings stand below [{name}]", where=where, name=name)
        else:
            yield known(name, where), value


def known(name: str, where: str) -> str:
    """Return the name if there is such an option. Raises OperatorError, with the nearest name, if not."""
    if name in OPTIONS:
        return name
    near = get_close_matches(name, OPTIONS, 1) or [option for option in OPTIONS if option.endswith("." + name)]
    if near:
        raise OperatorError("{where}: there is no setting {name}; did you mean {near}?", where=where, name=name, near=near[0])
    raise OperatorError("{where}: there is no setting {name}; docs/settings.md lists them", where=where, name=name)


def from_option(name: str, value: Any) -> Given:  # noqa: ANN401  (of the option's type)
    """Return what the command line says; a value that knows its place stays as it is."""
    return value if isinstance(value, Given) else Given(value, "option --" + name.rpartition(".")[2].replace("_", "-"))


def from_variables(environ: Mapping[str, str]) -> dict[str, Given]:
    """Read the environment's options; an empty variable counts as not set."""
    return {
        option.name: Given(environ[option.variable], f"environment {option.variable}")
        for option in OPTIONS.values()
        if not option.is_table and environ.get(option.variable)
    }


def unknown_variables(environ: Mapping[str, str]) -> Iterator[Notice]:
    """Yield a notice for each variable that looks like a setting and is none. No error: Kubernetes sets such by itself."""
    variables = {option.variable for option in OPTIONS.values() if not option.is_table} | CLIENT_VARIABLES
    for name in environ:
        near = get_close_matches(name, variables, 1, 0.8)
        if name.startswith("YUMEN_") and name not in variables and near:
            yield Notice("the variable {name} is no setting; did you mean {near}?", {"name": name, "near": near[0]})


# ── the values ──────────────────────────────────────────────────────────────


def converted(option: Option, given: Given) -> tuple[Any, list[Notice]]:
    """Return an option's value in its type. Raises OperatorError where it will not do."""
    value, notices = given.value, []
    if isinstance(value, str):
        value = value.strip()
        if value != given.value:
            notices = [Notice("{where}: white space around {name} was cut off", {"where": given.where, "name": option.name})]
        if option.is_list:
            value = [part.strip() for part in value.split(",") if part.strip()]
    try:
        value = msgspec.convert(value, option.kind, strict=False)
    except msgspec.ValidationError as error:
        raise unfit(option, given, error) from None
    if option.is_number and abs(value) > MOST:
        raise OperatorError("{where}: {name} is too large: {value}", where=given.where, name=option.name, value=given.value)
    return value, notices


def unfit(option: Option, given: Given, error: msgspec.ValidationError) -> OperatorError:
    """Say what a value should be. A credential's is not repeated."""
    place: dict[str, object] = {"where": given.where, "name": option.name}
    if option.is_table:
        name, reason = culprit(option, given.value, error)
        return OperatorError("{where}: {name} will not do: {reason}", where=given.where, name=name, reason=reason)
    expected, values = option.expects()
    if option.name == "credential":
        return OperatorError("{where}: {name} takes " + expected, **place, **values)
    return OperatorError("{where}: {name} takes " + expected + ", not {value}", **place, **values, value=repr(given.value))


def culprit(option: Option, value: object, error: msgspec.ValidationError) -> tuple[str, str]:
    """Return which part of a table will not do, by its whole name, and why."""
    names = [option.name]
    for name, inner in value.items() if isinstance(value, dict) else ():
        try:
            msgspec.convert(inner, get_args(option.plain)[1], strict=False)
        except msgspec.ValidationError as of_part:
            names, error = [option.name, name], of_part
            break
    reason, at, path = str(error).partition(" - at `$")
    path = path.removesuffix("`").replace("[...]", ".…") if at else ""
    return ".".join(names) + path, reason + choices(get_args(option.plain)[1], path, reason)


def choices(kind: Any, path: str, reason: str) -> str:  # noqa: ANN401  (a type)
    """Return what a table of that kind could have had instead, where that is a short list."""
    if not path and "unknown field" in reason:
        return f": it has {', '.join(kind.__struct_fields__)}"
    field = get_type_hints(kind).get(path.removeprefix(".")) if path else None
    return f": it is one of {', '.join(get_args(field))}" if get_origin(field) is Literal else ""


def build(values: dict[str, Any]) -> Settings:
    """Put values into their sections."""
    tops = {name: value for name, value in values.items() if "." not in name}
    for section, kind in SECTIONS.items():
        inner = {name.partition(".")[2]: value for name, value in values.items() if name.startswith(section + ".")}
        tops[section] = kind(**inner)
    return Settings(**tops)
