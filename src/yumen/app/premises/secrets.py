"""Every reference of the settings, looked at when somebody asks: what it leads to, since when, and when it is fetched again."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from yumen.app.premises.said import said_of
from yumen.checks.secrets import look_at_secrets
from yumen.clock import iso
from yumen.console.api.premises import SecretShown
from yumen.observe import metric_table
from yumen.observe.figures import US_PER_S

if TYPE_CHECKING:
    from yumen.checks.secrets import Look
    from yumen.clock import Clock
    from yumen.observe import Redactor
    from yumen.observe.figures import Figures
    from yumen.settings import Settings

FRESH_US = 60 * US_PER_S
"""So old may be a look that is shown."""
AGAIN_US = US_PER_S
"""Nobody has the stores asked more often, however often the button is pressed."""
ENCRYPTION = "encryption.key"


class Since(NamedTuple):
    """A state, and since when a reference is in it."""

    state: str
    us: int


class SecretDesk:
    """Looks at the references, and remembers since when each is as it is."""

    def __init__(self, settings: Settings, clock: Clock, redactor: Redactor) -> None:
        """Look at those settings."""
        self._settings = settings
        self._clock = clock
        self._redactor = redactor
        self._looks: list[Look] = []
        self._looked_us: int | None = None
        self._since: dict[str, Since] = {}
        self._looking = asyncio.Lock()

    async def shown(self, figures: Figures, *, again: bool) -> list[SecretShown]:
        """Return every reference; `again`: as it is now. Raises OperatorError where the upstreams' settings will not do."""
        async with self._looking:
            age_us = None if self._looked_us is None else self._clock.now_us() - self._looked_us
            if age_us is None or age_us >= (AGAIN_US if again else FRESH_US):
                await self._look()
        return [self._one(look, figures) for look in self._looks]

    async def _look(self) -> None:
        self._looks = await asyncio.to_thread(lambda: list(look_at_secrets(self._settings, os.environ)))
        self._looked_us = now_us = self._clock.now_us()
        for look in self._looks:
            was = self._since.get(look.setting)
            if was is None or was.state != look.state:
                self._since[look.setting] = Since(look.state, now_us)

    def _one(self, look: Look, figures: Figures) -> SecretShown:
        clean = self._redactor.clean
        stale_s = figures.one(metric_table.SECRET_STALE, reference=look.reference)
        due_s = figures.one(metric_table.SECRET_DUE, reference=look.reference)
        return SecretShown(
            id=look.setting,
            source=look.source,
            state=look.state,  # type: ignore[arg-type]  # one of its states
            found=said_of(look.sentence, look.values, clean),
            warnings=[said_of(warning, {"source": look.source}, clean) for warning in look.warnings],
            version=None if look.about is None else look.about.version,
            stored_at=None if look.about is None else look.about.since,
            since=iso(self._since[look.setting].us),
            looked_at=iso(self._looked_us or 0),
            renewal=renewal_of(look.setting, due_s),
            renews_at=None if due_s is None else iso(self._clock.now_us() + round(due_s * US_PER_S)),
            stale_s=round(stale_s or 0),
        )


def renewal_of(setting: str, due_s: float | None) -> Literal["scheduled", "when_needed", "at_start"]:
    """Return when a secret is fetched again: the upstreams' are kept fresh, a key of content is never remembered, others are read once."""
    if due_s is not None:
        return "scheduled"
    return "when_needed" if setting == ENCRYPTION else "at_start"
