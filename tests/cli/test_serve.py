"""`yumen serve`, `env` and `sandbox`: real processes, real requests."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import YUMEN, yumen
from tests.gateway import ADDRESS, PATIENCE_S, Gateway, clean_environment, wait_for

BODY = json.dumps({"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}).encode()


def post(url: str, key: str, context: ssl.SSLContext | None = None) -> tuple[int, Any]:
    """Send a message; return the status and the answer."""
    headers = {"x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json"}
    request = urllib.request.Request(f"{url}/v1/messages", BODY, headers)  # noqa: S310  (loopback)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(request, timeout=PATIENCE_S) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_a_first_start(tmp_path: Path) -> None:
    """A first start makes one key, says where it lies, and the key opens the gateway; SIGTERM ends it with 0."""
    with Gateway(tmp_path) as gateway:
        key = (gateway.data / "first-run" / "key").read_text().strip()
        assert key not in gateway.output()
        status, answer = post(gateway.url, key)
        assert (status, answer["role"]) == (200, "assistant")
        assert [entry["status"] for entry in gateway.entries()] == [200]
        assert gateway.stop() == 0


def test_a_second_start(tmp_path: Path) -> None:
    """A second gateway on the same folder is refused while the first runs; after it, no further key is made."""
    with Gateway(tmp_path) as gateway:
        ran = yumen(tmp_path, "serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", str(gateway.data))
        assert (ran.code, ran.out) == (1, "")
        assert "another yumen serves from" in ran.err
        gateway.restart()
        assert len(gateway.run("keys", "list", "--json").splitlines()) == 1


def test_a_start_that_fails_uses_up_no_first_key(tmp_path: Path) -> None:
    """Where the port is taken the start says why in one line, and the next one still makes the first key and shows it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ran = yumen(tmp_path, "serve", "--listen", address, "--control", "127.0.0.1:0", "--data", "data")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"yumen: cannot listen on {address}: Address already in use\n"
    with Gateway(tmp_path) as gateway:
        assert gateway.data == tmp_path / "data"
        assert post(gateway.url, (gateway.data / "first-run" / "key").read_text().strip())[0] == 200


def test_the_first_keys_file_goes_once_it_was_used(tmp_path: Path) -> None:
    """It waits as long as nobody has used the key, and is removed by the first start after somebody has."""
    with Gateway(tmp_path) as gateway:
        file = gateway.data / "first-run" / "key"
        gateway.restart()
        key = file.read_text().strip()
        assert post(gateway.url, key)[0] == 200
        gateway.restart()
        assert not file.exists()
        assert post(gateway.url, key)[0] == 200


def test_a_revoked_key_stops_while_the_gateway_runs(tmp_path: Path) -> None:
    """Keys that are made and revoked beside a running gateway count at once, without a restart."""
    with Gateway(tmp_path) as gateway:
        key = gateway.new_key("app")
        assert post(gateway.url, key)[0] == 200
        gateway.run("keys", "revoke", "app")
        wait_for(lambda: post(gateway.url, key)[0] == 401, "the key to stop")
        assert post(gateway.url, key)[1]["error"]["message"] == "invalid x-api-key: this key was revoked"


def test_local_tls(tmp_path: Path) -> None:
    """With `--tls local` a client that trusts the printed authority connects, and one that does not is stopped."""
    with Gateway(tmp_path, "--tls", "local") as gateway:
        assert gateway.url.startswith("https://")
        authority = gateway.data / "tls" / "authority.pem"
        assert f"export NODE_EXTRA_CA_CERTS={authority}" in gateway.output()
        key = gateway.new_key("app")
        assert post(gateway.url, key, ssl.create_default_context(cafile=str(authority)))[0] == 200
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            post(gateway.url, key, ssl.create_default_context())


def test_settings_are_read_from_the_data_folder(tmp_path: Path) -> None:
    """`yumen.toml` in the data folder counts, and what is wrong with it is one sentence."""
    yumen(tmp_path, "keys", "create", "a", "--data", "data")
    path = tmp_path / "data" / "yumen.toml"
    path.write_text("listen = 'nowhere'\n")
    path.chmod(0o600)
    ran = yumen(tmp_path, "serve", "--data", "data")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "yumen: listen takes HOST:PORT, such as 127.0.0.1:8010 or [::1]:8010, not 'nowhere'\n"


@pytest.mark.parametrize("option", ["--listen", "--control"])
def test_a_port_that_is_taken(tmp_path: Path, option: str) -> None:
    """An address that is in use is one sentence."""
    with Gateway(tmp_path / "first") as gateway:
        taken = gateway.url.removeprefix("http://")
        addresses = {"--listen": "127.0.0.1:0", "--control": "127.0.0.1:0"} | {option: taken}
        ran = yumen(tmp_path, "serve", "--data", "data", *(part for pair in addresses.items() for part in pair))
    assert (ran.code, ran.out) == (1, "")
    assert taken in ran.err
    assert "Traceback" not in ran.err


def test_a_key_never_goes_where_it_was_not_meant_for(tmp_path: Path) -> None:
    """With a key in the environment, an upstream that is neither Claude's nor loopback needs a credential of its own."""
    ran = yumen(tmp_path, "serve", "--data", "data", "--upstream", "https://other.example", ANTHROPIC_API_KEY="sk-ant-api03-secret")
    assert ran.code == 1
    assert "needs its credential" in ran.err
    assert "secret" not in ran.err


def test_the_banner_in_chinese(tmp_path: Path) -> None:
    """The banner speaks Chinese where the environment asks for it."""
    with Gateway(tmp_path, environment={"LC_ALL": "zh_CN.UTF-8"}) as gateway:
        assert "已就绪" in gateway.output()


def test_exports_for_a_client(tmp_path: Path) -> None:
    """`yumen env` prints the address and where the key is; `--new` makes one and exports it."""
    ran = yumen(tmp_path, "env", "--data", "data", "--listen", "0.0.0.0:9")
    assert ran.out == "export ANTHROPIC_BASE_URL=http://127.0.0.1:9\n"
    assert "--new NAME makes one" in ran.err
    ran = yumen(tmp_path, "env", "--data", "data", "--new", "shell", YUMEN_PUBLIC_URL="https://gate.example")
    address, key = ran.out.splitlines()
    assert address == "export ANTHROPIC_BASE_URL=https://gate.example"
    assert key.startswith("export ANTHROPIC_API_KEY=yk-production-")
    assert "shell" in yumen(tmp_path, "keys", "list", "--data", "data").out


def test_the_sandbox_alone(tmp_path: Path) -> None:
    """`yumen sandbox` answers any key and ends with 0 at SIGTERM."""
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [str(YUMEN), "sandbox", "--listen", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=clean_environment(),
            cwd=tmp_path,
        )
    wait_for(lambda: "export ANTHROPIC_API_KEY" in out.read_text(), "the sandbox to be ready")
    assert post(ADDRESS.findall(out.read_text())[0], "anything")[0] == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    assert err.read_text() == ""
