"""The gateway's own premises, as the admin API asks for them: it gathers, and each part says how it is shown."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from yumen.app.premises.checks import checks_of
from yumen.app.premises.secrets import SecretDesk
from yumen.app.premises.settings import shown_setting
from yumen.app.premises.system import Told, system_of
from yumen.app.premises.upstreams import upstream_of
from yumen.observe.figures import Figures
from yumen.settings import plan_upstreams
from yumen.settings.shown import setting_lines
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.app.premises.rooms import Rooms
    from yumen.console.api.premises import CheckShown, SecretShown, SettingShown, SystemShown, UpstreamShown


class House:
    """The `Premises` of a gateway."""

    def __init__(self, rooms: Rooms) -> None:
        """Look there."""
        self._rooms = rooms
        ground = rooms.ground
        self._secrets = SecretDesk(ground.settings, ground.clock, ground.redactor)

    async def upstreams(self) -> list[UpstreamShown]:
        """Return every upstream."""
        figures = await self._figures()
        return [upstream_of(plan, figures) for plan in plan_upstreams(self._rooms.ground.settings, os.environ)]

    async def secrets(self, *, again: bool = False) -> list[SecretShown]:
        """Return every reference of the settings. Raises OperatorError where the settings will not do."""
        return await self._secrets.shown(await self._figures(), again=again)

    def settings(self) -> list[SettingShown]:
        """Return every setting."""
        ground = self._rooms.ground
        return [shown_setting(line) for line in setting_lines(ground.settings, ground.sources, ground.redactor.clean)]

    async def system(self) -> SystemShown:
        """Return how the whole does."""
        rooms = self._rooms
        fault = await rooms.keyring.look()
        told = Told(rooms.ground, await self._figures(), rooms.ready(), rooms.compartments.main, fault, await self._data_keys())
        return await system_of(told)

    async def checks(self) -> list[CheckShown]:
        """Look at all that must be well."""
        return [one async for one in checks_of(self._rooms, os.environ)]

    async def _data_keys(self) -> int | None:
        try:
            return len(await self._rooms.rotation.keys())
        except DatabaseUnavailable:
            return None

    async def _figures(self) -> Figures:
        return Figures((await asyncio.to_thread(self._rooms.figures)).decode())
