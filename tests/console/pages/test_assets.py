"""What the browser loads: third-party files as their packages have them, addresses with a hash, nothing from outside the folder."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor
from yumen.console.pages.assets import FOLDER, read, url_of

VENDOR = FOLDER / "vendor"
RECORD = json.loads((VENDOR / "vendor.json").read_text())


@pytest.mark.parametrize("line", RECORD, ids=lambda line: line["file"])
def test_a_third_party_file_is_whole_and_unchanged(line: dict[str, str]) -> None:
    """Each has the hash with which it came out of its package, and says which release and licence."""
    assert hashlib.sha256((VENDOR / line["file"]).read_bytes()).hexdigest() == line["sha256"]
    assert line["version"]
    assert line["licence"]


def test_nothing_is_vendored_without_a_record() -> None:
    """Every file of the folder stands in the record, and each library's licence lies beside it."""
    assert {path.name for path in VENDOR.iterdir()} == {line["file"] for line in RECORD} | {"vendor.json"}
    packages = {line["package"] for line in RECORD}
    assert {line["package"] for line in RECORD if line["from"] == "LICENSE"} == packages


async def test_an_asset_is_kept_for_good_and_comes_compressed(world: World) -> None:
    """Its address changes with its content, so that a browser asks once."""
    answer = await Visitor(world).get(url_of("console.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    found = read("console.css")
    assert found is not None
    assert gzip.decompress(found[2]) == found[1] == answer.content


@pytest.mark.parametrize("name", ["../headers.py", "..%2fheaders.py", "vendor/vendor.json", "vendor/uplot.LICENSE", "nothing.js", "icons"])
async def test_nothing_else_is_served(world: World, name: str) -> None:
    """Only scripts, styles and pictures of the folder."""
    assert (await Visitor(world).get(url_of(name))).status_code == 404


def test_no_asset_names_another_host() -> None:
    """Nothing is loaded from elsewhere."""
    for path in FOLDER.glob("*.*"):
        if path.suffix in (".js", ".css"):
            text = path.read_text(encoding="utf-8")
            assert "//cdn" not in text
            assert "import(" not in text or "http" not in text.split("import(")[1][:40]
            assert "innerHTML" not in text, path.name
            assert "eval(" not in text, path.name
