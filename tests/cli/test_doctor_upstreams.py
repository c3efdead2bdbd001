"""`yumen doctor` looks at every upstream, whatever is wrong with one of them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import inside

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
