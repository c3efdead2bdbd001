"""The options as one flat list, made from the typed values: name, variable, type, default, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from yumen.settings.values import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


class Option(msgspec.Struct, frozen=True):
    """One option. `name` is `section.option`, or the option alone where it has no section."""

    name: str
    kind: Any
    """Its type with its limits, as msgspec converts to it."""
    default: Any
    english: str
    chinese: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "YUMEN_" + self.name.replace(".", "_").upper()

    @property
    def plain(self) -> Any:  # noqa: ANN401  (a type)
        """Its type without its limits and sentences."""
        return get_args(self.kind)[0]

    @property
    def is_table(self) -> bool:
        """Whether it is a table, which only a file can hold."""
        return get_origin(self.plain) is dict

    @property
    def is_list(self) -> bool:
        """Whether it is a list, which a variable holds with commas between."""
        return get_origin(self.plain) is tuple

    @property
    def is_number(self) -> bool:
        """Whether it is a number with a limit; a seed has none."""
        return self.plain in (int, float) and bool(self._limit()[0])

    def expects(self) -> tuple[str, dict[str, object]]:
        """Say which values it takes: a sentence's part, and the values for its places."""
        if get_origin(self.plain) is Literal:
            return "one of {choices}", {"choices": ", ".join(get_args(self.plain))}
        name = {bool: "true or false", int: "a whole number", float: "a number"}.get(self.plain)
        if name is None:
            return ("a table" if self.is_table else "a list of strings" if self.is_list else "a string"), {}
        bound, limit = self._limit()
        return name + bound, {"limit": limit} if bound else {}

    def _limit(self) -> tuple[str, str]:
        for part in get_args(self.kind)[1:]:
            if part.ge is not None:
                return " of at least {limit}", f"{part.ge:g}"
            if part.gt is not None:
                return " above {limit}", f"{part.gt:g}"
        return "", ""


def options_of(kind: type[msgspec.Struct], section: str = "") -> Iterator[Option]:
    """Yield the options of a struct, those of its sections after its own."""
    hints = get_type_hints(kind, include_extras=True)
    sections: list[tuple[str, type[msgspec.Struct]]] = []
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        if get_origin(hint) is Annotated:
            meta = get_args(hint)[1]
            default = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
            yield Option(section + field.name, hint, default, meta.description, meta.extra["chinese"])
        else:
            sections.append((field.name, hint))
    for name, inner in sections:
        yield from options_of(inner, f"{section}{name}.")


OPTIONS: dict[str, Option] = {option.name: option for option in options_of(Settings)}
SECTIONS: dict[str, type[msgspec.Struct]] = {
    name: hint for name, hint in get_type_hints(Settings).items() if isinstance(hint, type) and issubclass(hint, msgspec.Struct)
}
