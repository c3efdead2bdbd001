"""Gateways of several workers, seen from outside: their processes, their journals, their numbers."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.gateway import PATIENCE_S, Gateway
from yumen.ledger.reports import read_tail


def workers_of(gateway: Gateway) -> list[int]:
    """Return the process ids of a gateway's workers."""
    assert gateway.process is not None
    pid = gateway.process.pid
    return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def journals(gateway: Gateway) -> dict[str, int]:
    """Return how many entries each worker's journal files hold, drained or not."""
    return {folder.name: len(read_tail(folder, {}).found) for folder in sorted((gateway.data / "journal").glob("worker-*"))}


def numbers(gateway: Gateway) -> dict[str, float]:
    """Return what `/metrics` says, summed over the labels."""
    with urllib.request.urlopen(f"{gateway.control_url}/metrics", timeout=PATIENCE_S) as answer:  # noqa: S310  (loopback)
        text = answer.read().decode()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found
