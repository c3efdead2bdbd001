"""The settings as they count, each with where it comes from, and with nothing in it that could be a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from yumen.secrets.reference import KEY, read_reference
from yumen.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from yumen.settings.options import Option
    from yumen.settings.values import Settings

MASK = "***"
SCHEME = "://"
EMPTY: tuple[Any, ...] = (None, [], {})
REFERENCES = ("credential", "password", "secret", "key", "dingtalk", "feishu", "wecom")
"""How settings end that hold a reference; whatever else stands in one may be the secret itself."""
PATHS = frozenset({"tls.key"})
"""They end so, and hold the path of a file."""
TOKENS = frozenset({"alerts.webhook", "sms.webhook"})
"""Addresses whose path and query may be what lets one in."""


class SettingLine(msgspec.Struct, frozen=True):
    """A setting."""

    name: str
    value: str | None
    """As a settings file writes it; None: it is not set."""
    default: str | None
    is_default: bool
    source: str | None
    """Where it comes from; None: it is the default."""
    masked: bool
    english: str
    chinese: str


def setting_lines(settings: Settings, sources: Mapping[str, str], clean: Callable[[str], str]) -> Iterator[SettingLine]:
    """Yield every setting; tables that have a name of the operator's choice are one setting each.

    `clean` takes out of a text what is known for a secret, whatever the rules here let pass.
    """
    for option in OPTIONS.values():
        value = value_of(settings, option)
        plain = tidied(msgspec.to_builtins(value))
        shown = hidden(option.name, plain, clean)
        yield SettingLine(
            name=option.name,
            value=written(shown),
            default=written(tidied(msgspec.to_builtins(option.default))),
            is_default=value == option.default,
            source=sources.get(option.name),
            masked=shown != plain,
            english=option.english,
            chinese=option.chinese,
        )


def value_of(settings: Settings, option: Option) -> Any:  # noqa: ANN401  (of the option's type)
    """Return what an option is set to."""
    value: Any = settings
    for part in option.name.split("."):
        value = getattr(value, part)
    return value


def tidied(value: Any) -> Any:  # noqa: ANN401  (a plain value)
    """Return a plain value without what tables leave out."""
    if isinstance(value, dict):
        return {key: tidied(each) for key, each in value.items() if each not in EMPTY}
    return value


def hidden(name: str, value: Any, clean: Callable[[str], str]) -> Any:  # noqa: ANN401  (a plain value, and the same without secrets)
    """Return a plain value without what could be a secret; `name` is where it stands."""
    if isinstance(value, dict):
        return {clean(key): hidden(f"{name}.{key}", each, clean) for key, each in value.items()}
    if isinstance(value, list):
        return [hidden(name, each, clean) for each in value]
    return clean(hidden_text(name, value)) if isinstance(value, str) else value


def hidden_text(name: str, text: str) -> str:
    """Return a text as it may be seen."""
    last = name.rpartition(".")[2]
    if name not in PATHS and (last in REFERENCES or last.endswith(("_secret", "_password", "_key"))):
        return text if text in ("none", "sandbox") or read_reference(text) is not None else MASK
    if KEY.match(text):
        return MASK
    return shown_address(text, whole=name not in TOKENS) if SCHEME in text else text


def shown_address(text: str, *, whole: bool = True) -> str:
    """Return a URL without what opens it: name and password, query, and where it is not to be `whole`, its path."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return MASK
    user = f"{MASK}@" if parts.username is not None or parts.password is not None else ""
    path = parts.path if whole or parts.path in ("", "/") else f"/{MASK}"
    host = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{user}{host}{port}", path, MASK if parts.query else "", ""))


def written(value: Any) -> str | None:  # noqa: ANN401  (a plain value)
    """Return a plain value nearly as TOML writes it, a table's entries a line each; None: not set."""
    if value in EMPTY:
        return None
    if isinstance(value, dict):
        return "\n".join(f"{key} = {json.dumps(each, ensure_ascii=False)}" for key, each in value.items())
    return json.dumps(value, ensure_ascii=False)
