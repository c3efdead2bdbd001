"""`yumen logs content`: shown whole, as JSON, cut, or not at all, and never without an entry in the audit log."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import inside
from yumen.app.contents import safe_of
from yumen.cli.opened import opened_content, opened_desk
from yumen.clock import Clock
from yumen.contents import Keeping, KeepOptions, Kept
from yumen.contents.values import Waiting
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.http import ByteBudget
from yumen.settings import Settings

WHOLE = Kept("POST", "/v1/messages", 200, "answered", None, "Ask: 你好".encode(), 11, b"Answer", 6)
CUT = Kept("POST", "/v1/files", 529, "error", None, None, 0, "你".encode()[:2], 500)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder whose database keeps two calls' content."""
    assert inside(tmp_path, "keys", "create", "a").code == 0

    async def keep() -> None:
        settings = Settings(data=str(tmp_path / "data"))
        async with opened_desk(settings) as desk:
            with opened_content(settings, desk.database) as keys:
                safe = safe_of(desk.compartments, keys.keyring.sealer)
                keeping = Keeping(safe, Clock(), ByteBudget(10_000), KeepOptions())
                for request_id, kept in (("req_1", WHOLE), ("req_2", CUT)):
                    keeping.take(Waiting(request_id, DEFAULT_ORGANIZATION, "wrkspc_1", "apikey_1", 1_700_000_000_000_000, kept, 0))
                assert await keeping.settle()

    asyncio.run(keep())
    return tmp_path


def reads(folder: Path) -> list[tuple[str, str]]:
    """Return whose content was read, as the audit log has it."""
    lines = [json.loads(line) for line in inside(folder, "audit", "--json").out.splitlines()]
    return [(line["target"], line["actor"].split(":")[0]) for line in lines if line["action"] == "content.read"]


def test_it_is_shown_and_written_down_who_looked(folder: Path) -> None:
    """For eyes with titles and what was cut off; for programs as one object; each look is an entry of the audit log."""
    shown = inside(folder, "logs", "content", "req_1").out
    assert shown.splitlines()[2:] == ["what was asked", "Ask: 你好", "", "what was answered", "Answer"]
    line = json.loads(inside(folder, "logs", "--json", "content", "req_1").out)
    assert (line["request"], line["request_bytes"], line["answer"], line["status"]) == ("Ask: 你好", 11, "Answer", 200)
    cut = inside(folder, "logs", "content", "req_2").out
    assert "the request passed without being held" in cut
    assert cut.splitlines()[-1] == "… 498 bytes more, which are not kept"
    assert reads(folder) == [("req_2", "command line"), ("req_1", "command line"), ("req_1", "command line")]


def test_what_does_not_open_is_not_shown(folder: Path) -> None:
    """Nor what is not there; the sentence says what to do, and nobody has read anything."""
    with closing(sqlite3.connect(folder / "data" / "yumen.db")) as database, database:
        database.execute("UPDATE contents SET sealed = (SELECT sealed FROM contents WHERE request_id = 'req_2') WHERE request_id = 'req_1'")
    moved = inside(folder, "logs", "content", "req_1")
    assert (moved.code, moved.out) == (1, "")
    assert "does not open" in moved.err
    absent = inside(folder, "logs", "content", "req_3")
    assert absent.code == 1
    assert "nothing is kept of req_3" in absent.err
    (folder / "data" / "content.key").unlink()
    lost = inside(folder, "logs", "content", "req_2")
    assert lost.code == 1
    assert lost.err.startswith("yumen: content.key is missing in the data folder")
    assert "数据目录中缺少 content.key" in inside(folder, "logs", "content", "req_2", LC_ALL="zh_CN.UTF-8").err
    assert reads(folder) == []
