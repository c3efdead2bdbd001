"""A setting as the admin API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.api.premises import SettingShown

if TYPE_CHECKING:
    from yumen.settings.shown import SettingLine


def shown_setting(line: SettingLine) -> SettingShown:
    """Return a setting."""
    return SettingShown(
        id=line.name,
        value=line.value,
        default=line.default,
        is_default=line.is_default,
        source=line.source,
        masked=line.masked,
        english=line.english,
        chinese=line.chinese,
    )
