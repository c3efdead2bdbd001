"""A real gateway for tests: `yumen serve` in a process of its own, on ephemeral ports, with its output in files."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
YUMEN = Path(sys.executable).parent / "yumen"
PATIENCE_S = 60.0
"""How long a condition is waited for: far beyond any busy machine, so that only a defect passes it."""
ADDRESS = re.compile(r"https?://(?:127\.0\.0\.1|localhost):\d+")


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's variables without any that a client or the gateway would act on, or that lets it compile itself anew."""
    dropped = ("ANTHROPIC_", "CLAUDE_", "YUMEN_", "AWS_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped) and not name.lower().endswith("_proxy")}
    return kept | {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", "COLUMNS": "200"} | more


def wait_for(condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Poll until a condition holds; fail with what was waited for."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience_s:.0f} s for {what}"
        time.sleep(0.01)


class Gateway:
    """One gateway with its data folder; it can be stopped, killed and started again on the same folder."""

    def __init__(self, folder: Path, *options: str, config: str = "", environment: dict[str, str] | None = None) -> None:
        """Prepare a gateway in an empty folder: its data, its configuration and its output lie there."""
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "yumen.toml"
        self.options = options
        self.environment = clean_environment(**({"YUMEN_CONFIG": str(self.config)} if config else {}), **(environment or {}))
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.url = ""
        self.control_url = ""
        folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(config)

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, if it still runs."""
        if self.process is not None:
            self.stop()

    def start(self) -> None:
        """Start it and wait until it said where it listens."""
        self.starts += 1
        command = [str(YUMEN), "serve", *self._where(), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", *self.options]
        with self._output("out").open("wb") as out, self._output("err").open("wb") as err:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self.environment, cwd=self.folder
            )
        wait_for(self._is_ready, "the gateway to be ready")

    def stop(self) -> int:
        """End it as an operator does, by SIGTERM, and return its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it and start it again on the same folder; its ports are new."""
        self.stop()
        self.start()

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run another `yumen` command on the same data folder and return what it printed."""
        out, err = self.folder / "command.out", self.folder / "command.err"
        command = [str(YUMEN), *arguments, *self._where()]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            outcome = subprocess.run(
                command, check=False, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=self.environment, timeout=PATIENCE_S
            )
        assert outcome.returncode == code, f"{' '.join(command)} ended with {outcome.returncode}: {err.read_text()}{out.read_text()}"
        return out.read_text()

    def new_key(self, name: str = "test", *options: str) -> str:
        """Make a key and return it whole."""
        made: dict[str, Any] = json.loads(self.run("keys", "create", name, *options, "--json"))
        return str(made["key"])

    def entries(self) -> list[dict[str, Any]]:
        """Return the ledger, the newest first, as `yumen logs` prints it."""
        return [json.loads(line) for line in self.run("logs", "--json", "--limit", "100000").splitlines()]

    def output(self) -> str:
        """Return all that the last start printed."""
        return "".join(self._output(kind).read_text(errors="replace") for kind in ("out", "err"))

    def _where(self) -> list[str]:
        return ["--data", str(self.data)]

    def _output(self, kind: str) -> Path:
        return self.folder / f"serve-{self.starts}.{kind}"

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the gateway ended at its start:\n{self.output()}"
        # The banner names the data port first, then the console on the control port.
        addresses = list(dict.fromkeys(ADDRESS.findall(self._output("out").read_text())))
        if len(addresses) > 1:
            self.url, self.control_url = addresses[:2]
        return len(addresses) > 1

    def _end(self, by: signal.Signals) -> int:
        assert self.process is not None, "the gateway was not started"
        self.process.send_signal(by)
        code = self.process.wait(timeout=PATIENCE_S)
        self.process = None
        return code
