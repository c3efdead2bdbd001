"""The first lines of code against this gateway, in Python, Node and curl: what is shown can be pasted as it stands."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "claude-haiku-4-5"
"""What is asked first: the cheapest that every account has."""

PYTHON = f"""import anthropic
messages = [{{"role": "user", "content": "Hello, Claude"}}]
print(anthropic.Anthropic().messages.create(model="{MODEL}", max_tokens=200, messages=messages).content[0].text)"""
NODE = f"""import Anthropic from "@anthropic-ai/sdk";
const messages = [{{role: "user", content: "Hello, Claude"}}];
const message = await new Anthropic().messages.create({{model: "{MODEL}", max_tokens: 200, messages}});
console.log(message.content[0].text);"""
CURL = f"""curl "$ANTHROPIC_BASE_URL/v1/messages" -H "x-api-key: $ANTHROPIC_API_KEY" \\
  -H "anthropic-version: 2023-06-01" -H "content-type: application/json" \\
  -d '{{"model": "{MODEL}", "max_tokens": 200, "messages": [{{"role": "user", "content": "Hello, Claude"}}]}}'"""
NO_KEY = "yk-production-..."
"""Stands where a key would, when none is shown."""

TRUST = ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")
"""By which Python, Node and curl are told of an authority."""


class Example(msgspec.Struct, frozen=True):
    """One language: what must be installed, and the code."""

    name: str
    install: str | None
    code: str


EXAMPLES = (
    Example("Python", "pip install anthropic", PYTHON),
    Example("Node", "npm install @anthropic-ai/sdk", NODE),
    Example("curl", None, CURL),
)


def exports(base_url: str, key: str, authority: Path | None = None) -> str:
    """Return the lines that tell a shell's programs where the gateway is, with which key they come, and whose certificate to trust."""
    given = {"ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_API_KEY": key}
    given |= {} if authority is None else dict.fromkeys(TRUST, str(authority))
    return "\n".join(f"export {name}={quote(value)}" for name, value in given.items())
