"""Make the environments of the real clients in `.clients/`, one a folder of `tests/clients`, at exactly the locked releases.

A folder with a `requirements.lock` becomes a virtual environment, one with a `package-lock.json` gets its `node_modules`.
A stamp with the lock's hash makes a second run free; after the first, the tests need no network.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from environment import ROOT, SetupError, find_uv, run, uv_settings

CLIENTS = ROOT / ".clients"
SOURCES = (ROOT / "tests" / "clients", ROOT / "examples" / "tutorial")
SUITE = "python-2.12"
"""The client whose source distribution is fetched too, for the test suite in it."""
STAMP = ".yumen-stamp"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_PACKAGES = ("chromium", "fonts-noto-cjk")


def main(arguments: list[str]) -> int:
    """Make what is missing or has another lock: of the folders that are named, or all that the tests need; return the exit code."""
    try:
        for folder in [Path(argument).resolve() for argument in arguments] or client_folders():
            make(folder)
        if not arguments:
            fetch_suite(CLIENTS / SUITE)
            ensure_browser()
    except SetupError as error:
        print(f"setup-test: {error}", file=sys.stderr)
        return 1
    return 0


def client_folders() -> list[Path]:
    """Return the folders that hold a lock."""
    locks = [
        lock for source in SOURCES for name in ("requirements.lock", "package-lock.json") for lock in sorted(source.glob(f"**/{name}"))
    ]
    return [lock.parent for lock in locks if "node_modules" not in lock.parts]


def make(folder: Path) -> None:
    """Make one client's environment, unless its stamp says that it stands."""
    python = (folder / "requirements.lock").exists()
    lock = folder / ("requirements.lock" if python else "package-lock.json")
    target = CLIENTS / folder.name
    fingerprint = hashlib.sha256(lock.read_bytes() + f"{ROOT}{sys.version if python else ''}".encode()).hexdigest()
    stamp = target / STAMP
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    print(f"setup-test: {folder.name}", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    if python:
        make_python(lock, target)
    else:
        make_node(folder, target)
    stamp.write_text(fingerprint)


def make_python(lock: Path, target: Path) -> None:
    """Make a virtual environment with what the lock says."""
    python = target / "bin" / "python"
    uv = find_uv()
    run([sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), str(target)])
    installer = [*uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    # A lock names everything, and one of them less than its packages ask for.
    run([*installer, "--no-deps", "--quiet", "--require-hashes", "-r", str(lock)], uv_settings() if uv else None)


def make_node(folder: Path, target: Path) -> None:
    """Install a Node project; where npm is missing, say so: its tests are skipped with that reason."""
    npm = shutil.which("npm")
    if npm is None:
        raise SetupError("npm is missing: install Node 20 or newer (Debian: apt-get install nodejs npm)")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(folder / name, target / name)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    if subprocess.run(command, check=False, cwd=target, stdout=subprocess.DEVNULL).returncode:
        raise SetupError(f"npm could not install {folder.name}")


def fetch_suite(target: Path) -> None:
    """Fetch and unpack the SDK's source distribution, which holds its own test suite; its hash stands in the lock."""
    lock = (ROOT / "tests" / "clients" / SUITE / "requirements.lock").read_text()
    entry = re.search(r"^(anthropic==([0-9.]+)).*?(?=^\S)", lock, re.MULTILINE | re.DOTALL)
    if entry is None:
        raise SetupError(f"the lock of {SUITE} names no SDK")
    if (target / f"anthropic-{entry[2]}" / "tests").is_dir():
        return
    wanted = target / "sdist.txt"
    wanted.write_text(entry[1] + " " + " ".join(re.findall(r"--hash=\S+", entry[0])) + "\n")
    # pip asks a source distribution for its metadata, which needs its build tools: they are in the environment, by the lock.
    command = [str(target / "bin" / "python"), "-m", "pip", "download", "--quiet", "--quiet", "--no-deps", "--no-build-isolation"]
    run([*command, "--no-binary", ":all:", "--require-hashes", "--dest", str(target), "-r", str(wanted)])
    with tarfile.open(next(target.glob("anthropic-*.tar.gz"))) as archive:
        archive.extractall(target, filter="data")


def ensure_browser() -> None:
    """Install Chromium and a Chinese typeface where there is no browser and it can be done; else the tests say what is missing."""
    apt = shutil.which("apt-get")
    if any(map(shutil.which, BROWSERS)) or apt is None or os.geteuid() != 0:
        return
    print("setup-test: chromium", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "-qq", "update"], [apt, "-qq", "install", "--yes", "--no-install-recommends", *BROWSER_PACKAGES]):
        if subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL).returncode:
            print("setup-test: apt-get could not install Chromium; the tests that need it say so", file=sys.stderr)
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
