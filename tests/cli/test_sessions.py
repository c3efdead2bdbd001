"""`yumen sessions` shows what is kept of conversations: the library's, and a workspace's in the gateway's database."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path

from sqlalchemy import text

from tests.cli.command import Ran, inside
from tests.isolation.keys import add_organizations, keks, keyring
from yumen.app.sessions import stores_in
from yumen.client.session_place import open_database, session_url
from yumen.sessions import Begun, Closing, Mine, Opening, SessionStore, TurnState
from yumen.sessions.sealed import SealedPlaces
from yumen.sessions.store_sql import SqlSessionStore
from yumen.storage import Database, DataFolder
from yumen.storage.compartments import One

WORKSPACES = """
INSERT INTO workspaces (id, organization_id, name, environment, created_us)
VALUES ('wrkspc_1', 'org_1', 'one', 'production', 1), ('wrkspc_2', 'org_1', 'two', 'production', 1)
"""


def told(address: str, owner: str) -> None:
    """Let somebody have told a secret in a conversation."""

    async def tell() -> None:
        database = await open_database(session_url(address, {}))
        await say_to(SqlSessionStore(database), owner)
        await database.dispose()

    asyncio.run(tell())


async def say_to(store: SessionStore, owner: str) -> None:
    """Take down one turn."""
    question = '{"role":"user","content":"我想退货"}'.encode()
    begun = await store.begin(owner, "customer-42", Opening("sess_1", "req_1", question, 1, 2, style="formal"))
    assert isinstance(begun, Begun)
    answer = b'{"role":"assistant","content":"Of course."}'
    await store.finish(Mine("sess_1", begun.number, "req_1"), Closing(TurnState.ANSWERED, 3, answer))


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
    """With `--workspace` the gateway's database is read, with its organization's key, and only what that workspace said."""
    in_a_gateway(tmp_path)
    run = partial(inside, tmp_path, "sessions")
    assert len(run("list", "--workspace", "wrkspc_1").out.splitlines()) == 2
    assert len(run("list", "--workspace", "wrkspc_2").out.splitlines()) == 1
    assert run("list", "--workspace", "wrkspc_3").code == 1
    assert run("show", "customer-42", "--workspace", "wrkspc_1").out.splitlines()[1].endswith("\t我想退货")
    assert run("search", "of COURSE", "--workspace", "wrkspc_1").out.splitlines()[1] == "customer-42\t1\t我想退货 Of course."
    assert "1 to 128 letters" in run("fork", "customer-42", "a/b", "--workspace", "wrkspc_1").err
    assert run("fork", "customer-42", "copy", "--workspace", "wrkspc_1").code == 0
    assert '"Of course."' in run("export", "copy", "--format", "jsonl", "--workspace", "wrkspc_1").out


def test_a_workspaces_conversations_without_their_key(tmp_path: Path) -> None:
    """Where `content.key` is gone nothing is shown, and the sentence names what is missing."""
    in_a_gateway(tmp_path)
    (tmp_path / "data" / "content.key").unlink()
    ran = inside(tmp_path, "sessions", "show", "customer-42", "--workspace", "wrkspc_1")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "yumen: content.key is missing in the data folder: bring back the one that was there, or set encryption.key\n"
    assert not (tmp_path / "data" / "content.key").exists()


def in_a_gateway(folder: Path) -> None:
    """Let a gateway's data folder hold two workspaces, of which one has told something, sealed."""
    data = folder / "data"
    data.mkdir(mode=0o700)

    async def tell() -> None:
        database = Database(DataFolder(data).database_url)
        await database.upgrade()
        await add_organizations(database)
        async with database.begin() as connection:
            await connection.execute(text(WORKSPACES))
        stores = SealedPlaces(One(stores_in(database)), keyring(database, keks(data)).sealer).of("org_1")
        await say_to(stores.store, "wrkspc_1")
        await database.dispose()

    asyncio.run(tell())
