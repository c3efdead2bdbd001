"""Measures one peer: its start, its memory with open streams, and each case."""

from __future__ import annotations

import time
from pathlib import Path

from bench.cases import HOLD, Case
from bench.figures import Round, Start
from bench.generator import Load
from bench.load import held, send
from bench.peers import Peer, Running
from bench.processes import cpu_s, memory

FEWEST = 100
SETTLE_S = 1.0
"""What a process is given to finish what it does after the last answer: its log, its ledger."""


def scaled(requests: int, peer: Peer, share: float) -> int:
    """Return how often a peer is asked: a slow one less often, so that the run ends."""
    return max(round(requests * share / peer.slowness), FEWEST if peer.slowness == 1 else 10)


def warm(running: Running, folder: Path) -> None:
    """Ask a few times before anything counts."""
    case = Case("warm", "", "Hello", 2_000)
    peer = running.peer
    send(Load(peer.port, case.connections, scaled(case.requests, peer, 1), case.body(), peer.headers()), folder)


def measure_case(running: Running, case: Case, folder: Path, share: float) -> Round:
    """Ask a peer and return what it took, CPU after the last answer (log, ledger) included."""
    peer = running.peer
    requests = scaled(case.requests, peer, share)
    load = Load(peer.port, min(case.connections, requests), requests, case.body(), peer.headers(), case.per_second)
    before_s = cpu_s(running.pid)
    measured = send(load, folder, paced=case.paced)
    time.sleep(SETTLE_S)
    used_s = cpu_s(running.pid) - before_s
    return Round(measured.requests, measured.succeeded, measured.seconds, used_s, measured.latency, measured.first_event, measured.gap)


def measure_start(peer: Peer, folder: Path, streams: tuple[int, ...]) -> Start:
    """Start a peer anew, open idle streams, and return times and memory."""
    with peer.run() as running:
        time.sleep(SETTLE_S)
        start = Start(peer.name, peer.version(), running.ready_s, running.first_answer_s, memory(running.pid))
        for count in streams:
            if count <= peer.most_streams:
                load = Load(peer.port, 1, count, HOLD.body(), peer.headers(), hold=True)
                with held(load, folder) as opened:
                    time.sleep(SETTLE_S)
                    if opened == count:
                        start.streams[count] = memory(running.pid)
    return start
