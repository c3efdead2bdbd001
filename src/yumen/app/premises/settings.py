"""A setting as the admin API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.api.premises import SettingShown

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.settings.shown import SettingLine


def shown_setting(line: SettingLine, clean: Callable[[str], str]) -> SettingShown:
    """Return a setting; `clean` takes out what the gateway knows for a secret, whatever a setting's own rule let pass."""
    value = None if line.value is None else clean(line.value)
    return SettingShown(
        id=line.name,
        value=value,
        default=line.default,
        is_default=line.is_default,
        source=line.source,
        masked=line.masked or value != line.value,
        english=line.english,
        chinese=line.chinese,
    )
