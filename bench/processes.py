"""What a process and all its descendants used, by the kernel's own accounting in /proc."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


class Memory(msgspec.Struct, frozen=True):
    """Memory of a process tree."""

    rss_bytes: int
    """Resident; pages that several processes share are counted for each."""
    pss_bytes: int
    """Resident, shared pages divided by those that share them."""


def tree(root: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (fields := stat_of(int(folder.name))):
            children[int(fields[1])].append(int(folder.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children[process]


def stat_of(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on (the name before it may hold anything); empty where the process is gone."""
    try:
        return (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def cpu_s(root: int) -> float:
    """Return the seconds of CPU, user and system, that the tree used so far, children that ended included."""
    return sum(sum(map(int, fields[11:15])) for process in tree(root) if (fields := stat_of(process))) / TICKS_A_SECOND


def memory(root: int) -> Memory:
    """Return what the tree holds now."""
    rss = pss = 0
    for process in tree(root):
        try:
            lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        rss += kilobytes["Rss"] * 1024
        pss += kilobytes["Pss"] * 1024
    return Memory(rss, pss)
