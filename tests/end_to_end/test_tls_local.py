"""`--tls local`: clients that trust the authority that the banner prints speak TLS with the gateway; others refuse it."""

from __future__ import annotations

import http.client
import re
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.soak.site import port_of
from tests.clients.conftest import interpreter, place
from tests.gateway import PATIENCE_S, Gateway, clean_environment

PYTHON = """
import anthropic, os
client = anthropic.Anthropic(base_url=os.environ["GATEWAY_URL"], api_key=os.environ["GATEWAY_KEY"])
with client.messages.stream(model="claude-haiku-4-5", max_tokens=50, messages=[{"role": "user", "content": "Hello"}]) as stream:
    print(len(stream.get_final_text()) > 0)
"""
NODE = """
import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic({ baseURL: process.env.GATEWAY_URL, apiKey: process.env.GATEWAY_KEY });
const asked = { model: 'claude-haiku-4-5', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] };
console.log((await client.messages.create(asked)).content[0].text.length > 0 ? 'True' : 'False');
"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Start a gateway with TLS before the sandbox."""
    with Gateway(tmp_path_factory.mktemp("tls"), "--tls", "local") as gateway:
        yield gateway


@pytest.fixture(scope="module")
def trust(gateway: Gateway) -> dict[str, str]:
    """The variables that the banner tells a person to set."""
    exports = dict(re.findall(r"^export (\w+)=(\S+)$", gateway.output(), re.MULTILINE))
    return {name: exports[name] for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")}


def test_a_client_that_trusts_the_authority_is_served(gateway: Gateway, trust: dict[str, str]) -> None:
    """The certificate is good for localhost and 127.0.0.1; one who does not trust the authority gets nothing."""
    assert gateway.url.startswith("https://")
    context = ssl.create_default_context(cafile=trust["SSL_CERT_FILE"])
    for host in ("localhost", "127.0.0.1"):
        connection = http.client.HTTPSConnection(host, port_of(gateway), context=context, timeout=PATIENCE_S)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok\n"
        connection.close()
    stranger = http.client.HTTPSConnection("localhost", port_of(gateway), context=ssl.create_default_context(), timeout=PATIENCE_S)
    with pytest.raises(ssl.SSLCertVerificationError):
        stranger.request("GET", "/healthz")
    stranger.close()


@pytest.mark.clients
@pytest.mark.parametrize("client", ["python-2.12", "node-1"])
def test_real_clients_trust_it(gateway: Gateway, trust: dict[str, str], tmp_path: Path, client: str) -> None:
    """The SDKs of today get an answer over TLS once the variables of the banner are set."""
    command = interpreter(client)
    node = client.startswith("node-")
    if node:
        place(client, "today.mjs", tmp_path)
    path = tmp_path / ("program.mjs" if node else "program.py")
    path.write_text(NODE if node else PYTHON)
    out, err = tmp_path / "out", tmp_path / "err"
    environment = clean_environment(GATEWAY_URL=gateway.url, GATEWAY_KEY=gateway.new_key("tls"), **trust)
    with out.open("wb") as stdout, err.open("wb") as stderr:
        ended = subprocess.run(
            [command, str(path)], check=False, stdout=stdout, stderr=stderr, env=environment, cwd=tmp_path, timeout=PATIENCE_S * 2
        )
    assert ended.returncode == 0, err.read_text()
    assert out.read_text().strip() == "True"
