"""Make `.venv` and keep it at what the locks say; the standard library is all it needs.

`run` installs what serving needs, `dev` also what tests and checks need. uv does it in seconds, with pip's configured
index and certificates; where uv cannot be had, pip does it. A stamp with the locks' hash makes a second run free.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD_LOCK = ROOT / "requirements-build.lock"
LOCKS = {
    "run": ROOT / "requirements.lock",
    "dev": ROOT / "requirements-dev.lock",
}
OLDEST = (3, 11)
HUSH = ["--quiet", "--quiet"]
"""Errors only: pip warns of each package that an extra index of its own lacks."""

UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
}
"""What pip calls a setting, and what uv calls it."""


class SetupError(Exception):
    """The environment cannot be made; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Bring the environment that is named (`run` or `dev`) up to date; return the exit code."""
    wanted = arguments[0] if arguments else "run"
    try:
        ensure(wanted)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


def ensure(wanted: str) -> None:
    """Install what is wanted, unless the stamp says that it is there."""
    if sys.version_info < OLDEST:
        raise SetupError(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed: make {wanted_command()} PYTHON=/path/to/python3.11")
    stamp = VENV / f".yumen-{wanted}"
    fingerprint = fingerprint_of(wanted)
    if PYTHON.exists() and stamp.is_file() and stamp.read_text() == fingerprint:
        return
    print(f"setup: making {VENV.name} ({wanted})", flush=True)
    make_venv()
    install(wanted)
    for made in (wanted, "run"):
        (VENV / f".yumen-{made}").write_text(fingerprint_of(made))


def wanted_command() -> str:
    """Return the make target that a person most likely typed."""
    return os.environ.get("MAKECMDGOALS", "setup")


def fingerprint_of(wanted: str) -> str:
    """Return a hash over all that decides what the environment holds."""
    parts = [BUILD_LOCK, LOCKS[wanted], ROOT / "pyproject.toml"]
    digest = hashlib.sha256(f"{ROOT}\n{sys.version}\n".encode())
    for part in parts:
        digest.update(part.read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Make the bare environment; one whose interpreter is gone is made again."""
    if works([str(PYTHON), "-c", ""]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    # Without pip it takes 0.1 s instead of 8, and needs no `ensurepip`, which Debian ships apart.
    run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])


def install(wanted: str) -> None:
    """Install the locks and the package itself, by uv or else by pip."""
    uv = find_uv()
    installer = [*uv, "pip", "install", "--python", str(PYTHON), "--quiet", "--compile-bytecode"] if uv else [*pip(), "install", *HUSH]
    settings = uv_settings() if uv else {}
    run([*installer, "--require-hashes", "-r", str(BUILD_LOCK), "-r", str(LOCKS[wanted])], settings)
    run([*installer, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], settings)


def find_uv() -> list[str] | None:
    """Return the command for uv: the machine's own, else one that pip puts into the environment, else none."""
    own = VENV / "bin" / "uv"
    if found := shutil.which("uv"):
        return [found]
    if not works([str(own), "--version"]):
        command = [*pip(), "install", *HUSH, "--require-hashes", "-r", str(BUILD_LOCK)]
        if subprocess.run(command, check=False, env=environment()).returncode:
            print("setup: uv cannot be had; pip does the work, more slowly", flush=True)
    return [str(own)] if works([str(own), "--version"]) else None


def pip() -> list[str]:
    """Return a pip that installs into the environment: the starting interpreter's, else one of its own."""
    if works([sys.executable, "-m", "pip", "--python", str(PYTHON), "--version"]):
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if works([str(PYTHON), "-m", "pip", "--version"]) or works([str(PYTHON), "-m", "ensurepip"]):
        return [str(PYTHON), "-m", "pip"]
    raise SetupError("neither pip, ensurepip nor uv is here: install one (Debian: apt-get install python3-venv)")


def uv_settings() -> dict[str, str]:
    """Return pip's configured index, links and certificates under the names that uv reads; uv's own settings win."""
    answer = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True, env=environment())
    settings = {"UV_PYTHON_DOWNLOADS": "never"}
    if answer.returncode == 0:
        settings |= translate(answer.stdout)
    if "UV_INDEX" in settings:
        # Every file is pinned by its hash, so the best match may come from any index, as pip has it.
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in settings.items() if name not in os.environ}


def translate(listing: str) -> dict[str, str]:
    """Turn the lines of `pip config list` into uv's variables."""
    settings: dict[str, str] = {}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        name = UV_NAMES.get(key.rpartition(".")[2])
        if name and value:
            text = str(ast.literal_eval(value))
            settings[name] = ",".join(text.split()) if name == "UV_FIND_LINKS" else " ".join(text.split())
    return settings


def environment() -> dict[str, str]:
    """Return the variables for pip: into the environment, whatever the person's pip is set to."""
    return os.environ | {"PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def works(command: list[str]) -> bool:
    """Tell whether a command runs and says yes."""
    try:
        return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()).returncode == 0
    except OSError:
        return False


def run(command: list[str], settings: dict[str, str] | None = None) -> None:
    """Run one step, or end with what failed."""
    code = subprocess.run(command, check=False, env=environment() | (settings or {})).returncode
    if code:
        raise SetupError(f"this failed with {code}: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
