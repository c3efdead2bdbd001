"""How the gateway as a whole does: gathered from its figures, its dependencies, the disk and the database."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import msgspec

from yumen import __version__
from yumen.app import credentials, keyring, policy
from yumen.app.ground import Ground
from yumen.checks.database import NAMES
from yumen.clock import iso
from yumen.console.api.premises import DatabaseShown, DataKeysShown, DependencyShown, JournalShown, SystemShown
from yumen.isolation.values import LOCAL_KEY
from yumen.observe import metric_table as table
from yumen.observe.figures import Figures
from yumen.storage import Database, DatabaseUnavailable
from yumen.storage.facts import facts_of

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.observe.health import Dependency
    from yumen.observe.metric_table import Metric

POLICIES = "policies"
MEMORY = "process_resident_memory_bytes"


class Told(msgspec.Struct, frozen=True):
    """What was gathered already."""

    ground: Ground
    figures: Figures
    ready: bool
    database: Database
    key_fault: str | None
    """Why content cannot be opened; None: it can, as far as anybody tried."""
    data_keys: int | None
    """None: the database does not say."""


async def system_of(told: Told) -> SystemShown:
    """Return how the whole does."""
    ground, figures = told.ground, told.figures
    disk = await asyncio.to_thread(disk_of, ground.data.path)
    workers = ground.settings.workers
    memory = figures.one(MEMORY)
    return SystemShown(
        version=__version__,
        ready=told.ready,
        started_at=iso(ground.started_us),
        workers=workers,
        workers_serving=whole(figures, table.WORKERS) if workers > 1 else int(told.ready),
        worker_deaths=whole(figures, table.WORKER_DEATHS),
        dependencies=dependencies_of(told),
        database=await database_of(told.database),
        journal=JournalShown(
            undrained_bytes=whole(figures, table.JOURNAL_BYTES),
            segments=whole(figures, table.JOURNAL_SEGMENTS),
            owed_entries=whole(figures, table.JOURNAL_OWED),
            failures_in_a_row=whole(figures, table.DRAIN_OUTAGES),
        ),
        data_keys=DataKeysShown(
            reference=ground.settings.encryption.key or LOCAL_KEY,
            count=told.data_keys,
            fault=None if told.key_fault is None else ground.redactor.clean(told.key_fault),
        ),
        disk_free_bytes=None if disk is None else disk[0],
        disk_total_bytes=None if disk is None else disk[1],
        memory_bytes=None if memory is None else int(memory),
        connections=whole(figures, table.CONNECTIONS),
        open_requests=whole(figures, table.OPEN_EXCHANGES),
        open_streams=whole(figures, table.OPEN_STREAMS),
    )


def whole(figures: Figures, metric: Metric) -> int:
    """Return a metric's value as a whole number; 0 where nobody says it."""
    return int(figures.one(metric) or 0)


def disk_of(path: Path) -> tuple[int, int] | None:
    """Return what is free of the data folder's disk, and all of it; None where that cannot be told."""
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return None
    return usage.free, usage.total


def dependencies_of(told: Told) -> list[DependencyShown]:
    """Return everything that is depended on: what this process looks at, and what only its workers do."""
    clean = told.ground.redactor.clean
    own = [dependency_of(each, clean(each.reason) if each.reason else None) for each in told.ground.health.all()]
    known = {each.name for each in own}
    others = [
        DependencyShown(name=labels["dependency"], mode=mode_of(labels["dependency"]), up=bool(value), since=None, reason=None)
        for labels, value in told.figures.of(table.DEPENDENCY_UP)
        if labels["dependency"] not in known
    ]
    return own + others


def mode_of(name: str) -> str:
    """Return what happens without something that only workers look at."""
    return {keyring.SETTING: keyring.MODE, POLICIES: policy.MODE}.get(name, credentials.MODE)


def dependency_of(dependency: Dependency, reason: str | None) -> DependencyShown:
    """Return one of them."""
    return DependencyShown(
        name=dependency.name, mode=dependency.mode, up=dependency.reason is None, since=iso(dependency.since_us), reason=reason
    )


async def database_of(database: Database) -> DatabaseShown:
    """Return what the database says of itself; one that is away says little."""
    kind, place = NAMES[database.kind], database.place
    try:
        facts, revision = await facts_of(database), await database.read_revision()
    except DatabaseUnavailable:
        return DatabaseShown(kind=kind, place=place, schema_version=None, revision=None, size_bytes=None)
    return DatabaseShown(kind=kind, place=place, schema_version=facts.schema_version, revision=revision, size_bytes=facts.size_bytes)
