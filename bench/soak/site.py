"""A gateway before the canned upstream, both processes of their own, for as long as a `with` lasts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.gateway import ROOT, Gateway, clean_environment, wait_for
from tests.postgres import Postgres
from tests.valkey import Valkey

SHORT_LEASES = "[limits]\nlease_s = 3\n"
"""What a death leaves open is released soon, so that nobody waits for it."""
CREDENTIAL = "sk-ant-api03-planted-upstream-credential-0123456789"


@contextmanager
def canned_upstream(folder: Path) -> Iterator[str]:
    """Run the canned upstream; give its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "upstream.out"
    with out.open("wb") as stdout:
        process = subprocess.Popen([sys.executable, "-m", "bench.upstream"], stdout=stdout, cwd=ROOT, env=clean_environment())
    try:
        wait_for(lambda: out.read_bytes().endswith(b"\n"), "the canned upstream")
        yield f"http://127.0.0.1:{out.read_text().strip()}"
    finally:
        process.terminate()
        process.wait()


def before(upstream: str, folder: Path, *options: str, config: str = "") -> Gateway:
    """Return a gateway that is to stand before an upstream."""
    where = ("--upstream", upstream, "--credential", "env:UPSTREAM_CREDENTIAL")
    return Gateway(folder, *where, *options, config=config, environment={"UPSTREAM_CREDENTIAL": CREDENTIAL})


@contextmanager
def site(folder: Path) -> Iterator[Gateway]:
    """Serve; give the gateway."""
    with canned_upstream(folder) as upstream, before(upstream, folder / "gateway") as gateway:
        yield gateway


@contextmanager
def limited_site(folder: Path, *, many_machines: bool) -> Iterator[Gateway]:
    """Serve from one file and memory, or from PostgreSQL and Valkey as several machines do; give the gateway."""
    with ExitStack() as stack:
        upstream = stack.enter_context(canned_upstream(folder))
        config = SHORT_LEASES
        if many_machines:
            database, valkey = stack.enter_context(Postgres()), stack.enter_context(Valkey(folder / "valkey"))
            config += f'[database]\nurl = "{database.url()}"\n[redis]\nurl = "{valkey.url}"\n'
        yield stack.enter_context(before(upstream, folder / "gateway", config=config))


def port_of(gateway: Gateway) -> int:
    """Return the port where a gateway serves callers."""
    port = urlsplit(gateway.url).port
    assert port is not None  # noqa: S101  (every address has one here)
    return port
