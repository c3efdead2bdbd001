"""What `yumen serve` says when it is ready: addresses in order, and lines that can be pasted."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from yumen.app.started import Named
from yumen.cli.banner import CURL, NODE, PYTHON, announce
from yumen.cli.console import Console
from yumen.cli.first_run import key_file
from yumen.words import Words
from yumen.words.chinese import CHINESE

KEY = "yk-production-abc"


class Terminal(StringIO):
    """A stream that says somebody looks."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@dataclass(frozen=True)
class Started:
    """A gateway that has started."""

    data: Path
    listen_url: str = "http://127.0.0.1:8010"
    control_url: str = "http://127.0.0.1:8011"
    console_url: str = "http://127.0.0.1:8011"
    upstreams: tuple[Named, ...] = (Named("default", None, None),)
    first_key: str | None = None
    tls_authority: Path | None = None
    setup_token: str | None = None


def said(started: Started, *, terminal: bool = False, words: Words | None = None) -> str:
    """The banner."""
    out = Terminal() if terminal else StringIO()
    announce(Console(words or Words({}), {}, out, StringIO()), started)
    return out.getvalue()


def exported(banner: str) -> dict[str, str]:
    """What a shell has after the banner's exports were pasted into it."""
    lines = [line for line in banner.splitlines() if line.startswith("export ")]
    names = [line.removeprefix("export ").partition("=")[0] for line in lines]
    script = "\n".join([*lines, "env -0"])
    ran = subprocess.run(["/bin/sh", "-c", script], check=True, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    found = dict(pair.split("=", 1) for pair in ran.stdout.split("\0") if pair)
    return {name: found[name] for name in names}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose name a shell would take apart."""
    return tmp_path / "my data's $folder"


def test_addresses_come_first_and_in_order(data: Path) -> None:
    """The data port is named before the console, and the upstream after both."""
    banner = said(Started(data, upstreams=(Named("default", "https://api.anthropic.com", "environment X"),)))
    assert banner.index("http://127.0.0.1:8010") < banner.index("http://127.0.0.1:8011") < banner.index("https://api.anthropic.com")
    assert "with the credential of environment X" in banner


def test_a_terminal_sees_the_key(data: Path) -> None:
    """On a terminal the first key is printed and not kept; what it exports is the address and the key."""
    banner = said(Started(data, first_key=KEY), terminal=True)
    assert exported(banner) == {"ANTHROPIC_BASE_URL": "http://127.0.0.1:8010", "ANTHROPIC_API_KEY": KEY}
    assert not key_file(data).exists()
    assert all(example in banner for example in (CURL, PYTHON, NODE))
    assert "the sandbox" in banner


def test_elsewhere_the_key_lies_in_a_file(data: Path) -> None:
    """In a pipe or a log the key does not stand; the export reads it from a file that its owner alone can read."""
    banner = said(Started(data, first_key=KEY))
    assert KEY not in banner
    assert exported(banner)["ANTHROPIC_API_KEY"] == KEY
    assert key_file(data).stat().st_mode & 0o777 == 0o600
    assert key_file(data).parent.stat().st_mode & 0o777 == 0o700


def test_a_later_start_names_the_file_while_it_is_there(data: Path) -> None:
    """Until the file is removed it is named again; then the banner says how to make a key."""
    said(Started(data, first_key=KEY))
    again = said(Started(data), terminal=True)
    assert exported(again)["ANTHROPIC_API_KEY"] == KEY
    assert KEY not in again
    key_file(data).unlink()
    assert f"yumen keys create NAME --data {shlex.quote(str(data))}" in said(Started(data))


def test_a_first_start_leads_to_the_console(data: Path) -> None:
    """On a terminal stands a link that holds the first administrator's token; elsewhere the token lies in its owner's file alone."""
    seen = said(Started(data, setup_token="a+token"), terminal=True)
    assert "open http://127.0.0.1:8011/set-up?token=a%2Btoken in a browser" in seen
    path = data / "first-run" / "setup-token"
    assert not path.exists()
    banner = said(Started(data, setup_token="a+token"))
    assert "token=" not in banner
    assert "a+token" not in banner
    assert path.read_text() == "a+token\n"
    assert path.stat().st_mode & 0o777 == 0o600
    for later in (banner, said(Started(data)), said(Started(data), terminal=True)):
        assert f"open http://127.0.0.1:8011/set-up in a browser and make the first administrator with the set-up token in {path}." in later
    path.unlink()
    assert "set-up" not in said(Started(data))


def test_a_local_authority_is_exported_for_every_client(data: Path) -> None:
    """With a local authority Python, Node and curl are told to trust it."""
    authority = data / "tls" / "authority.pem"
    for key in (KEY, None):
        pasted = exported(said(Started(data, first_key=key, tls_authority=authority)))
        assert {pasted[name] for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")} == {str(authority)}
        key_file(data).unlink(missing_ok=True)


def test_commands_are_the_same_in_chinese(data: Path) -> None:
    """The words change with the language, what is pasted does not."""
    chinese = said(Started(data, first_key=KEY), terminal=True, words=Words(CHINESE))
    assert "首个密钥" in chinese
    assert all(example in chinese for example in (CURL, PYTHON, NODE))


def test_the_python_example_is_a_program() -> None:
    """What is pasted into a shell reaches Python whole."""
    source = PYTHON.split("<<'END'\n")[1].removesuffix("END\n")
    compile(source, "banner", "exec")


def test_the_banner_is_written_in_one_piece(data: Path) -> None:
    """A program that waits for the address finds the whole banner, and the first key's file, as soon as it sees one word."""
    written: list[str] = []

    class Watched(StringIO):
        """A stream that notes each piece, and that the key's file is there by then."""

        def write(self, text: str) -> int:
            """Note it."""
            assert key_file(data).read_text() == f"{KEY}\n"
            written.append(text)
            return len(text)

    announce(Console(Words({}), {}, Watched(), StringIO()), Started(data, first_key=KEY))
    [banner] = [piece for piece in written if piece]
    assert banner.startswith("Yumen ")
    assert banner.endswith("END\n\n")


def test_a_cloud_finds_its_own_credential(tmp_path: Path) -> None:
    """Where Bedrock's or Vertex's own tools find it, nobody is told that none is sent."""
    url = "https://bedrock-runtime.us-east-1.amazonaws.com"
    told = said(Started(tmp_path, upstreams=(Named("aws", url, None, cloud=True), Named("own", "http://127.0.0.1:9", None))))
    assert f"  upstream: aws: {url}, with the credential that its cloud's own tools find\n" in told
    assert "  upstream: own: http://127.0.0.1:9, without a credential\n" in told


def test_several_upstreams_are_named(tmp_path: Path) -> None:
    """Each in a line of its own, with where its credential comes from; one alone needs no name."""
    claude = Named("claude", "https://api.anthropic.com", "AWS Secrets Manager prod/claude#api_key")
    told = said(Started(tmp_path, upstreams=(claude, Named("sandbox", None, None))))
    assert "  upstream: claude: https://api.anthropic.com, with the credential of AWS Secrets Manager prod/claude#api_key\n" in told
    assert "  upstream: sandbox: the sandbox, an offline Claude\n" in told
    assert "  upstream: https://api.anthropic.com, with" in said(Started(tmp_path, upstreams=(claude,)))


def test_the_control_port_is_named_where_people_have_another_name_for_it(data: Path) -> None:
    """The console's name comes first; the address that programs of this machine use stands below it."""
    there = said(Started(data, console_url="https://console.example.org"))
    assert there.index("console:  https://console.example.org") < there.index("control:  http://127.0.0.1:8011")
    assert "control:" not in said(Started(data))
