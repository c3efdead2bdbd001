"""Where the journals of a machine's processes lie: `journal/` itself for one process, `journal/worker-N/` for each of several."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from yumen.ledger.segment import SUFFIX, segment_paths

if TYPE_CHECKING:
    from pathlib import Path

WORKER = "worker-"
FOLDER_MODE = 0o700


def journal_folder(root: Path, worker: int = 0) -> Path:
    """Return the folder of a worker's journal, made if missing; 0 is the process that serves alone."""
    folder = root / f"{WORKER}{worker}" if worker else root
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return folder


def every_segment(root: Path) -> list[Path]:
    """Return the files of all journals, oldest first as far as one process wrote them: a name is never used twice."""
    return sorted([*segment_paths(root), *root.glob(f"{WORKER}*/*{SUFFIX}")], key=lambda path: path.name)


def take_up(root: Path, workers: int = 0) -> int:
    """Hand the files of processes that will not run again to the first that will; return how many. Only while none of them runs.

    A file keeps its name, so that what the database holds of it counts on; whoever gets it takes it for what its own death left.
    """
    own = journal_folder(root, min(workers, 1))
    running = {journal_folder(root, number) for number in range(1, workers + 1)} or {root}
    left = [path for path in every_segment(root) if path.parent not in running]
    for path in left:
        path.rename(own / path.name)
    for folder in root.glob(f"{WORKER}*"):
        if folder not in running:
            with suppress(OSError):  # somebody keeps something else there
                folder.rmdir()
    return len(left)
