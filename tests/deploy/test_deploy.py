"""The files for deployment are valid, and a stream comes through nginx as it comes from the gateway."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from ssl import SSLContext, create_default_context
from urllib.parse import urlsplit

import pytest
import trustme

from tests.gateway import PATIENCE_S, ROOT, Gateway, clean_environment, wait_for
from yumen.settings import OPTIONS

DEPLOY = ROOT / "deploy"
BODY = b'{"model": "claude-haiku-4-5", "max_tokens": 50, "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'
AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """Start a gateway for nginx to stand before."""
    with Gateway(tmp_path / "gateway") as gateway:
        yield gateway


def test_stream_through_nginx(gateway: Gateway, tmp_path: Path) -> None:
    """Behind the shipped nginx.conf a stream over TLS arrives whole, and a refusal keeps Claude's shape."""
    with nginx_before(gateway, tmp_path) as (front, trust):
        key = gateway.new_key()
        connection = connect(front, trust)
        connection.request("POST", "/v1/messages", BODY, {"x-api-key": key, "anthropic-version": "2023-06-01"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.read().count(b"event: message_stop") == 1
        connection.request("POST", "/v1/messages", BODY, {"x-api-key": "yk-wrong", "anthropic-version": "2023-06-01"})
        refusal = connection.getresponse()
        assert refusal.status == 401
        assert b'"authentication_error"' in refusal.read()
        connection.close()


def test_console_through_nginx(tmp_path: Path) -> None:
    """Behind the shipped nginx-console.conf the console answers to its own name over TLS alone, and says that it is to stay so."""
    config = 'console_url = "https://localhost"\ntrusted_proxies = ["127.0.0.1"]\n'
    with Gateway(tmp_path / "gateway", config=config) as gateway, nginx_before(gateway, tmp_path, "nginx-console.conf") as (front, trust):
        connection = connect(front, trust)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        page = answer.read()
        assert (answer.status, b"<form" in page) == (200, True)
        assert "max-age" in (answer.headers["strict-transport-security"] or "")
        connection.close()


@contextmanager
def nginx_before(gateway: Gateway, folder: Path, name: str = "nginx.conf") -> Iterator[tuple[Path, SSLContext]]:
    """Run nginx with a shipped file, but for names and addresses."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        pytest.skip("nginx is missing (Debian: apt-get install nginx-light)")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "key.pem")
    site = (DEPLOY / name).read_text()
    site = site.replace("server 127.0.0.1:8010", f"server {urlsplit(gateway.url).netloc}")
    site = site.replace("http://127.0.0.1:8011", gateway.control_url)
    site = re.sub(r"/etc/ssl/yumen/\w+\.pem", str(folder / "key.pem"), site)
    site = re.sub(r"\w+\.example\.com", "localhost", site)
    # A socket file cannot be taken by another process, as a free port can.
    site = site.replace("listen 443 ssl http2", f"listen unix:{folder / 'front'} ssl http2")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, site=site))
    with (folder / "nginx.out").open("wb") as out:
        command = [nginx, "-p", str(folder), "-e", str(folder / "nginx.err"), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=clean_environment())
    try:
        wait_for(lambda: (folder / "front").exists() or process.poll() is not None, "nginx to start")
        assert process.poll() is None, (folder / "nginx.err").read_text() + (folder / "nginx.out").read_text()
        trust = create_default_context()
        authority.configure_trust(trust)
        yield folder / "front", trust
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_S)


def connect(front: Path, trust: SSLContext) -> HTTPSConnection:
    """Open a connection over TLS through a socket file."""
    plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    plain.settimeout(PATIENCE_S)
    plain.connect(str(front))
    connection = HTTPSConnection("localhost")
    connection.sock = trust.wrap_socket(plain, server_hostname="localhost")
    return connection


def test_unit_is_valid(tmp_path: Path) -> None:
    """Systemd finds nothing wrong with the unit."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is missing (Debian: apt-get install systemd)")
    unit = tmp_path / "yumen.service"
    unit.write_text((DEPLOY / "yumen.service").read_text().replace("/opt/yumen/bin/yumen", "/bin/true"))
    out = tmp_path / "out"
    with out.open("wb") as stdout:
        outcome = subprocess.run(
            [analyze, "verify", str(unit)], check=False, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.STDOUT
        )
    assert outcome.returncode == 0, out.read_text()


def test_image_takes_what_it_copies() -> None:
    """Every file that the Dockerfile copies is in the checkout, and is let through by its ignore file."""
    let_through = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    names = [name for line in copies for name in line.split()]
    assert names
    for name in names:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in let_through, name


def test_machines_are_told_what_there_is() -> None:
    """The example of several machines sets what are settings, and its load balancer knows the gateways by their names and ports."""
    compose, balancer = (DEPLOY / "machines.yaml").read_text(), (DEPLOY / "haproxy.cfg").read_text()
    variables = re.findall(r"^ +(YUMEN_\w+):", compose, re.MULTILINE)
    assert variables
    assert set(variables) <= {option.variable for option in OPTIONS.values()}
    assert set(re.findall(r"^ +- --([\w-]+)=", compose, re.MULTILINE)) <= OPTIONS.keys()
    servers = re.findall(r"^ +server \w+ ([\w-]+):(\d+)$", balancer, re.MULTILINE)
    assert [port for _, port in servers] == re.findall(r"--listen=0\.0\.0\.0:(\d+)", compose) * len(servers)
    assert [name for name, _ in servers] == re.findall(r"^  ([\w-]+):\n    <<: \*yumen$", compose, re.MULTILINE)
