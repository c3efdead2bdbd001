"""Sends a load from a process of its own: h2load where the machine has it and the answers come at once, else the own generator."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.generator import Load, Measured, spread
from tests.gateway import ROOT, wait_for

H2LOAD = shutil.which("h2load")
PATIENCE_S = 600.0


class LoadError(Exception):
    """A load could not be sent."""


def raise_file_limit() -> int:
    """Allow this process and those that it starts as many open files as the machine lets it; return how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def send(load: Load, folder: Path, *, paced: bool = False) -> Measured:
    """Send a load and return what came of it. Paced streams are sent by the own generator, which sees each event."""
    return by_generator(load, folder) if paced or H2LOAD is None else by_h2load(load, folder)


def by_generator(load: Load, folder: Path) -> Measured:
    """Send a load by the own generator."""
    out = folder / "generator.out"
    with out.open("wb") as stdout:
        subprocess.run(
            [sys.executable, "-m", "bench.generator"],
            check=True,
            input=msgspec.json.encode(load) + b"\n",
            stdout=stdout,
            cwd=ROOT,
            timeout=PATIENCE_S,
        )
    return msgspec.json.decode(out.read_bytes(), type=Measured)


def by_h2load(load: Load, folder: Path) -> Measured:
    """Send a load by h2load, which is written in C and leaves the processors to the gateway."""
    body, log, out = folder / "h2load.body", folder / "h2load.log", folder / "h2load.out"
    body.write_text(load.body)
    log.unlink(missing_ok=True)
    command = [str(H2LOAD), "--h1", f"-c{load.connections}", "-m1", f"-n{load.requests}", f"-d{body}", f"--log-file={log}"]
    command += [f"-H{name}: {value}" for name, value in load.headers.items()]
    if load.per_second:
        command.append(f"--rps={load.per_second / load.connections}")
    with out.open("wb") as stdout:
        url = f"http://127.0.0.1:{load.port}/v1/messages"
        subprocess.run([*command, url], check=True, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stdout, timeout=PATIENCE_S)
    rows = [line.split() for line in log.read_text().splitlines()]
    good = [row for row in rows if row[1] == "200"]
    return Measured(
        requests=load.requests,
        succeeded=len(good),
        seconds=seconds_of(out.read_text()),
        latency=spread([int(row[2]) / 1e6 for row in good]),
    )


def seconds_of(text: str) -> float:
    """Read how long h2load took."""
    found = re.search(r"finished in ([\d.]+)(us|ms|s|m)", text)
    if found is None:
        raise LoadError(f"h2load did not end as it should:\n{text}")
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[found[2]]


@contextmanager
def held(load: Load, folder: Path) -> Iterator[int]:
    """Open streams and keep them open inside the `with`; give how many were opened."""
    out = folder / "holder.out"
    with out.open("wb") as stdout:
        holder = subprocess.Popen([sys.executable, "-m", "bench.generator"], stdin=subprocess.PIPE, stdout=stdout, cwd=ROOT)
    assert holder.stdin is not None  # noqa: S101  (it is a pipe)
    try:
        os.write(holder.stdin.fileno(), msgspec.json.encode(load) + b"\n")
        wait_for(lambda: out.read_bytes().endswith(b"\n"), "the streams to be open", PATIENCE_S)
        yield int(out.read_text().split()[1])
    finally:
        holder.stdin.close()
        holder.wait(timeout=PATIENCE_S)
