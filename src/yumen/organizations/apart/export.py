"""`export`: everything that is an organization's in one archive: a zip, in which each table is a file with one JSON object a line."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec

from yumen.errors import OperatorError
from yumen.ledger.reports import beyond, read_tail
from yumen.ledger.tables import read_positions
from yumen.organizations.apart.moving import pages
from yumen.organizations.apart.opening import opened_row
from yumen.organizations.apart.owned import APART, KEPT, Owner, people_of, read_owner, read_tables
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from yumen.storage.compartments import Compartments
    from yumen.storage.envelope import Sealer, SealerOf

FORMAT = 1
SECRET = frozenset({"codes", "data_keys", "second_factors", "recovery_codes"})
"""Tables that hold nothing but what opens doors."""
OPENED = frozenset({"contents", "prompts"})
"""Tables whose content a sealer opens; one in each database."""
FROM_MAIN = (*(name for name in reversed(KEPT) if name not in SECRET), "audit")
MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True):
    """What is written last: without it an archive is not whole."""

    format: int
    organization_id: str
    created_at: str
    program: str
    rows: dict[str, int]
    """Lines by file."""


class Exporting:
    """Writes archives. A row that does not open is no row that may be left out: then there is no archive."""

    def __init__(self, compartments: Compartments, sealer_of: SealerOf, journal: Path) -> None:
        """Read those databases, open content by those keys, and read what the journal has of the ledger beyond them."""
        self._compartments = compartments
        self._sealer_of = sealer_of
        self._journal = journal

    async def export(self, organization_id: str, target: IO[bytes], made: tuple[str, str]) -> Manifest:
        """Write an organization's archive; `made` says when, and by which program. It takes the memory of a few rows.

        Raises OperatorError where something does not open, ContentKeyUnavailable, DatabaseUnavailable.
        """
        rows: dict[str, int] = {}
        with ZipFile(target, "w", ZIP_DEFLATED) as archive:
            async with self._compartments.main.read_long() as connection:
                owner = await people_of(connection, await read_owner(connection, organization_id))
                await self._tables(connection, FROM_MAIN, owner, (archive, rows))
            async with self._compartments.of(organization_id).read_long() as connection:
                await self._tables(connection, APART, owner, (archive, rows))
            manifest = Manifest(FORMAT, organization_id, *made, rows)
            archive.writestr(MANIFEST, msgspec.json.encode(manifest))
        return manifest

    async def _tables(
        self, connection: AsyncConnection, names: tuple[str, ...], owner: Owner, into: tuple[ZipFile, dict[str, int]]
    ) -> None:
        """Write tables as one transaction sees them."""
        archive, rows = into
        tables = await read_tables(connection, *names, *(("drained",) if "entries" in names else ()))
        sealer = await self._sealer_of(owner.organization_id) if not OPENED.isdisjoint(names) else None
        for name in names:
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as lines:
                rows[name] = 0
                async for page in pages(connection, tables, name, owner):
                    rows[name] += len(page)
                    for row in page:
                        lines.write(line_of(name, row, sealer))
                if name == "entries":
                    waiting = await self._waiting(connection, owner)
                    rows[name] += len(waiting)
                    lines.write(b"".join(msgspec.json.encode(entry) + b"\n" for entry in waiting))

    async def _waiting(self, connection: AsyncConnection, owner: Owner) -> list[Any]:
        """Return the organization's entries that the journal has and its database not yet."""
        positions = await read_positions(connection)
        found = beyond(read_tail(self._journal, positions), positions)
        return [entry for entry in found if entry.organization_id == owner.organization_id]


def line_of(table: str, row: dict[str, Any], sealer: Sealer | None) -> bytes:
    """Return a row's line. Raises OperatorError where it does not open."""
    try:
        return msgspec.json.encode(opened_row(table, row, sealer)) + b"\n"
    except SealBroken:
        raise OperatorError(
            "a row of {table} does not open: it was changed outside the gateway; nothing was exported", table=table
        ) from None
