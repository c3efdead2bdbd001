"""A gateway without the optional extras: it serves, and says what to install where a setting needs one."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.cli.command import yumen
from tests.gateway import PATIENCE_S, Gateway

BODY = b'{"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}'
ABSENT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"boto3", "botocore", "hvac", "google", "requests", "opentelemetry", "redis", "asyncpg"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
"""
"""Python runs it before anything else: what it names cannot be imported. Redis and PostgreSQL need no extra, but memory: 8 MB and 2."""


@pytest.fixture
def without(tmp_path: Path) -> dict[str, str]:
    """Return the variables of a process in which the extras are not installed."""
    folder = tmp_path / "absent"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(ABSENT)
    return {"PYTHONPATH": str(folder)}


def test_it_serves(tmp_path: Path, without: dict[str, str]) -> None:
    """Nothing that only an extra brings, and nothing of a database or a counter that nobody named, is loaded to serve."""
    with Gateway(tmp_path, environment=without) as gateway:
        question = Request(gateway.url + "/v1/messages", BODY, {"x-api-key": gateway.new_key(), "anthropic-version": "2023-06-01"})  # noqa: S310
        with urlopen(question, timeout=PATIENCE_S) as answer:  # noqa: S310  (loopback)
            assert json.load(answer)["type"] == "message"


@pytest.mark.parametrize(
    ("table", "extra"),
    [
        ('url = "http://127.0.0.1:9"\ncredential = "aws-sm:team/claude"', "aws"),
        ('url = "http://127.0.0.1:9"\ncredential = "vault:secret/claude#key"', "vault"),
        ('kind = "bedrock"\nregion = "us-east-1"', "aws"),
        ('kind = "vertex"\nregion = "global"\nproject = "p"', "google"),
    ],
)
def test_what_is_lacking_is_named(tmp_path: Path, without: dict[str, str], table: str, extra: str) -> None:
    """The start is refused in one sentence that says what to type."""
    (tmp_path / "yumen.toml").write_text(f"[upstreams.one]\n{table}\n")
    ports = ("--listen", "127.0.0.1:0", "--control", "127.0.0.1:0")
    ran = yumen(tmp_path, "serve", "--data", "data", *ports, "--config", "yumen.toml", **without)
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert f"pip install 'yumen[{extra}]'" in ran.err
