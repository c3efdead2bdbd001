"""`yumen doctor` looks at every upstream, whatever is wrong with one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import inside, yumen

TABLES = """
[upstreams.keyless]
url = "http://127.0.0.1:9"
credential = "env:NOT_SET"

[upstreams.closed]
url = "http://127.0.0.1:9"
credential = "env:KEY"

[upstreams.aws]
kind = "bedrock"
region = "us-east-1"
"""


def test_each_upstream_is_looked_at(tmp_path: Path) -> None:
    """One without its credential is named by its setting, and those after it are asked all the same."""
    (tmp_path / "yumen.toml").write_text(TABLES)
    ran = inside(tmp_path, "doctor", "--config", str(tmp_path / "yumen.toml"), KEY="sk-ant-nobody-may-see-this")
    lines = [line.split("\t") for line in ran.out.splitlines() if line.split("\t")[1] == "upstream"]
    assert [level for level, *_ in lines] == ["fail", "fail", "ok"]
    assert "upstreams.keyless.credential cannot be had" in lines[0][2]
    assert "http://127.0.0.1:9 cannot be reached" in lines[1][2]
    assert "bedrock" in lines[2][2]
    assert ran.code == 1
    assert "nobody-may-see-this" not in ran.out + ran.err


KEYLESS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/none", "AWS_SHARED_CREDENTIALS_FILE": "/none"}
BEDROCK = 'kind = "bedrock"\nregion = "us-east-1"'
VERTEX = 'kind = "vertex"\nregion = "global"\nproject = "p"'


@pytest.mark.parametrize(
    ("table", "variables", "level", "words"),
    [
        (
            BEDROCK,
            {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "nobody-may-see-this"},
            "ok",
            "AWS's chain of credentials goes to",
        ),
        (BEDROCK, {}, "fail", "AWS's chain of credentials gives the upstream cloud no credential"),
        (f'{BEDROCK}\ncredential = "env:KEY"', {"KEY": "nobody-may-see-this"}, "ok", "environment KEY goes to"),
        (VERTEX, {"GOOGLE_APPLICATION_CREDENTIALS": "/none/key.json"}, "fail", "Google's application default credentials gives"),
        (f'{VERTEX}\ncredential = "env:KEY"', {"KEY": "ya29.nobody-may-see-this"}, "ok", "environment KEY goes to"),
        (f'{VERTEX}\ncredential = "env:KEY"', {"KEY": '{"type": "service_account"}'}, "fail", "environment KEY gives the upstream cloud"),
    ],
)
def test_a_cloud_s_credentials_are_tried(tmp_path: Path, table: str, variables: dict[str, str], level: str, words: str) -> None:
    """Without a paid request: whether the chain, or what the table names, gives anything that a request could be sent with."""
    (tmp_path / "yumen.toml").write_text(f"[upstreams.cloud]\n{table}\n")
    ran = yumen(tmp_path, "doctor", "--config", "yumen.toml", **KEYLESS, **variables)
    found = [line for line in ran.out.splitlines() if line.split("\t")[1] == "credential"]
    assert [line.split("\t")[0] for line in found] == [level]
    assert words in found[0]
    assert "nobody-may-see-this" not in ran.out + ran.err
