"""What `yumen serve` says when it is ready. Everything that looks like a command can be pasted as it stands."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote as quoted

from yumen import __version__
from yumen.cli.env import trust
from yumen.cli.first_run import keep_key, keep_setup_token, key_file, setup_token_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from yumen.cli.console import Console

CURL = """curl "$ANTHROPIC_BASE_URL/v1/messages" \\
  -H "x-api-key: $ANTHROPIC_API_KEY" \\
  -H "anthropic-version: 2023-06-01" \\
  -H "content-type: application/json" \\
  -d '{"model": "claude-haiku-4-5", "max_tokens": 200, "messages": [{"role": "user", "content": "Hello, Claude"}]}'
"""
PYTHON = """python3 - <<'END'
import anthropic
message = anthropic.Anthropic().messages.create(
    model="claude-haiku-4-5", max_tokens=200, messages=[{"role": "user", "content": "Hello, Claude"}]
)
print(message.content[0].text)
END
"""
NODE = """node --input-type=module - <<'END'
import Anthropic from '@anthropic-ai/sdk';
const message = await new Anthropic().messages.create({
  model: 'claude-haiku-4-5', max_tokens: 200, messages: [{ role: 'user', content: 'Hello, Claude' }],
});
console.log(message.content[0].text);
END
"""


class Named(Protocol):
    """What it says of an upstream."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def url(self) -> str | None:
        """Its URL, None for the sandbox."""

    @property
    def credential_source(self) -> str | None:
        """Where its credential came from, None: none is sent, or a cloud's own tools find it."""

    @property
    def cloud(self) -> bool:
        """Whether it is a cloud's."""


class Started(Protocol):
    """What a gateway says of itself once it serves."""

    @property
    def listen_url(self) -> str:
        """Where callers are served, the real port in it."""

    @property
    def control_url(self) -> str:
        """The control port."""

    @property
    def console_url(self) -> str:
        """Where people are served: the console, on the control port."""

    @property
    def upstreams(self) -> Sequence[Named]:
        """Where requests go."""

    @property
    def first_key(self) -> str | None:
        """The key that the first start made."""

    @property
    def setup_token(self) -> str | None:
        """The token of the first administrator that the first start made."""

    @property
    def data(self) -> Path:
        """The data folder."""

    @property
    def tls_authority(self) -> Path | None:
        """The certificate of the local authority, where it is used."""


def announce(console: Console, started: Started) -> None:
    """Print the banner, in one piece: a program that waits for it may read the address and the first key's file at once."""
    with console.at_once():
        say_all(console, started)


def say_all(console: Console, started: Started) -> None:
    """Say where it serves, with which key, and how to begin."""
    say_where(console, started)
    say_setup_token(console, started)
    key = key_export(console, started)
    if key is None:
        console.line("Keys: yumen keys list --data {data}; a new one: yumen keys create NAME --data {data}", data=quote(str(started.data)))
        if started.tls_authority is not None:
            console.raw("\n" + "\n".join(trust(started.tls_authority)))
        return
    exports = [f"export ANTHROPIC_BASE_URL={quote(started.listen_url)}", key]
    console.raw("\n".join(["", *exports, *(trust(started.tls_authority) if started.tls_authority else []), ""]))
    if started.first_key is not None:
        say_first_request(console)


def say_where(console: Console, started: Started) -> None:
    """Say what serves where. The data port comes first."""
    console.line("Yumen {version} is ready.", version=__version__)
    console.line("  callers:  {url}", url=started.listen_url)
    console.line("  console:  {url}", url=started.console_url)
    if started.control_url != started.console_url:
        console.line("  control:  {url}", url=started.control_url)
    for upstream in started.upstreams:
        say_upstream(console, upstream, alone=len(started.upstreams) == 1)
    console.line("  data:     {path}", path=started.data)


def say_upstream(console: Console, upstream: Named, *, alone: bool) -> None:
    """Say where an upstream is and what opens it; its name, where there are several."""
    source, name = upstream.credential_source, upstream.name
    if upstream.url is None and alone:
        console.line("  upstream: the sandbox, an offline Claude; nothing leaves this machine")
    elif upstream.url is None:
        console.line("  upstream: {name}: the sandbox, an offline Claude", name=name)
    elif upstream.cloud and source is None:
        console.line("  upstream: {name}: {url}, with the credential that its cloud's own tools find", name=name, url=upstream.url)
    elif alone and source is None:
        console.line("  upstream: {url}, without a credential", url=upstream.url)
    elif alone:
        console.line("  upstream: {url}, with the credential of {source}", url=upstream.url, source=source)
    elif source is None:
        console.line("  upstream: {name}: {url}, without a credential", name=name, url=upstream.url)
    else:
        console.line("  upstream: {name}: {url}, with the credential of {source}", name=name, url=upstream.url, source=source)


def say_setup_token(console: Console, started: Started) -> None:
    """Say where the first administrator is made, and with what; where no terminal is looked at, the token waits in a file."""
    token, path = started.setup_token, setup_token_file(started.data)
    if token is None and not path.exists():
        return
    url = f"{started.console_url}/set-up"
    if token is not None and console.is_terminal:
        link = f"{url}?token={quoted(token)}"
        console.line(
            "To begin, open {url} in a browser and make the first administrator. The set-up token in it is shown this once.", url=link
        )
        return
    path = path if token is None else keep_setup_token(started.data, token)
    console.line("To begin, open {url} in a browser and make the first administrator with the set-up token in {path}.", url=url, path=path)


def key_export(console: Console, started: Started) -> str | None:
    """Return the line that exports the first key; where no terminal is looked at, the key waits in a file that the line reads."""
    if started.first_key is None and not key_file(started.data).exists():
        return None
    if started.first_key is not None and console.is_terminal:
        console.line("Your first key is shown this once. Paste these lines into the shell of your program:")
        return f"export ANTHROPIC_API_KEY={started.first_key}"
    path = key_file(started.data) if started.first_key is None else keep_key(started.data, started.first_key)
    console.line("Your first key lies in {path}; remove the file when the key is where you keep secrets.", path=path)
    return f'export ANTHROPIC_API_KEY="$(cat {quote(str(path))})"'


def say_first_request(console: Console) -> None:
    """Show the first request, ready to be pasted."""
    console.line("The first request, by curl:")
    console.raw(f"\n{CURL}")
    console.line("in Python (pip install anthropic):")
    console.raw(f"\n{PYTHON}")
    console.line("in Node (npm install @anthropic-ai/sdk):")
    console.raw(f"\n{NODE}")
