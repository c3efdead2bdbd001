"""A gateway of our own for the programs: `yumen serve` before its sandbox, with a data folder that is thrown away."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

YUMEN = Path(sys.executable).with_name("yumen")
START_S = 60
STOP_S = 30
_ADDRESS = re.compile(r"https?://[\w.\[\]:-]+:\d+")


@contextmanager
def own_gateway() -> Iterator[tuple[str, str]]:
    """Start a gateway; give its address and a key; stop it in the end."""
    with TemporaryDirectory(prefix="yumen-tutorial-") as folder:
        data, told = Path(folder) / "data", Path(folder) / "serve.out"
        command = [str(YUMEN), "serve", "--data", str(data), "--upstream", "sandbox", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]
        with told.open("wb") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=plain_environment())
        try:
            yield _address(process, told), _key(data)
        finally:
            process.terminate()
            process.wait(timeout=STOP_S)


def plain_environment(**more: str) -> dict[str, str]:
    """Return this process's variables without those that a client, or the gateway, would act on."""
    acted_on = ("ANTHROPIC_", "CLAUDE_", "YUMEN_")
    return {name: value for name, value in os.environ.items() if not name.startswith(acted_on)} | more


def _address(process: subprocess.Popen[bytes], told: Path) -> str:
    """Wait for the banner and return the first address in it, which is where programs go."""
    deadline = time.monotonic() + START_S
    while len(found := _ADDRESS.findall(told.read_text(errors="replace"))) < 2:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the gateway did not start:\n{told.read_text(errors='replace')}")
        time.sleep(0.02)
    return str(found[0])


def _key(data: Path) -> str:
    """Make a key."""
    command = [str(YUMEN), "keys", "create", "tutorial", "--json", "--data", str(data)]
    made = subprocess.run(command, check=True, capture_output=True, env=plain_environment(), timeout=START_S)
    return str(json.loads(made.stdout)["key"])
