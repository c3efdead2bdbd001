"""`yumen sessions` shows what is kept of conversations: the library's, and a workspace's in the gateway's database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.cli.command import Ran, inside
from yumen.client.session_place import open_database, session_url
from yumen.sessions import Begun, Closing, Mine, Opening, TurnState
from yumen.sessions.store_sql import SqlSessionStore


def told(address: str, owner: str) -> None:
    """Let somebody have told a secret in a conversation."""

    async def tell() -> None:
        database = await open_database(session_url(address, {}))
        store = SqlSessionStore(database)
        question = '{"role":"user","content":"我想退货"}'.encode()
        begun = await store.begin(owner, "customer-42", Opening("sess_1", "req_1", question, 1, 2, style="formal"))
        assert isinstance(begun, Begun)
        answer = b'{"role":"assistant","content":"Of course."}'
        await store.finish(Mine("sess_1", begun.number, "req_1"), Closing(TurnState.ANSWERED, 3, answer))
        await database.dispose()

    asyncio.run(tell())


def test_the_librarys_conversations(tmp_path: Path) -> None:
    """They are listed, shown, found, exported, copied and deleted; what is not there is a sentence and exit code 1."""
    store = f"sqlite:///{tmp_path}/sessions.db"
    told(store, "local")

    def run(*arguments: str, **environment: str) -> Ran:
        return inside(tmp_path, "sessions", *arguments, YUMEN_SESSIONS=store, **environment)

    assert run("list").out.splitlines()[1].split("\t")[:2] == ["customer-42", "1"]
    assert json.loads(run("--json").out)["style"] == "formal"
    assert run("show", "customer-42", LC_ALL="zh_CN.UTF-8").out.splitlines()[1] == "1\t已回答\t0\t0\t0\t我想退货"
    assert run("search", "of COURSE").out.splitlines()[1] == "customer-42\t1\t我想退货 Of course."
    assert run("export", "customer-42", "--format", "jsonl").out.splitlines()[1] == '{"role":"assistant","content":"Of course."}'
    assert run("export", "customer-42", "--format", "pdf").err == "yumen: a conversation is exported as json, jsonl or markdown, not pdf\n"
    assert run("fork", "customer-42", "copy").out == "copy is a copy of customer-42\n"
    assert run("fork", "customer-42", "copy").err == "yumen: there is a conversation copy already\n"
    assert run("fork", "customer-42", " ").err == "yumen: a conversation's name has 1 to 200 printable characters\n"
    assert run("delete", "copy").out == "copy is deleted\n"
    assert run("delete", "copy") == (1, "", "yumen: there is no conversation copy\n")
    assert run("list", "--store", f"sqlite:///{tmp_path}/other.db").out.splitlines() == ["name\tturns\tlast used\tstyle\tmodel"]


def test_a_workspaces_conversations(tmp_path: Path) -> None:
    """With `--workspace` the gateway's database is read, and only what that workspace said."""
    (tmp_path / "data").mkdir(mode=0o700)
    told(f"sqlite:///{tmp_path}/data/yumen.db", "wrkspc_1")
    assert len(inside(tmp_path, "sessions", "list", "--workspace", "wrkspc_1").out.splitlines()) == 2
    assert len(inside(tmp_path, "sessions", "list", "--workspace", "wrkspc_2").out.splitlines()) == 1
    assert "1 to 128 letters" in inside(tmp_path, "sessions", "fork", "customer-42", "a/b", "--workspace", "wrkspc_1").err
