"""The control port as it is put together: by which name it answers, where its letters lead, and what it takes back when it closes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.organizations.doubles import KeptMail
from yumen.app import admin
from yumen.app.admin import Control, open_control
from yumen.app.ground import Ground
from yumen.console.purse import HOUR_US, Held, Place
from yumen.keys import KeyIssuer, KeyOrder
from yumen.organizations.post import PostRoom
from yumen.organizations.store_sql import SqlStore
from yumen.organizations.values import DEFAULT_ORGANIZATION, Account
from yumen.settings import resolve
from yumen.storage import Database, RevisionWatch

if TYPE_CHECKING:
    from yumen.console.api import Services

URL = "https://console.example.org"
EMAIL = "ada@example.org"


class Kept:
    """What a control port was made of, for a test to look at."""

    def __init__(self) -> None:
        self.services: list[Services] = []
        self.watches: list[RevisionWatch] = []


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Keep the services that the pages get, and the watch that is told of changes."""
    kept, pages = Kept(), admin.console_routes

    def routes(services: Services) -> object:
        kept.services.append(services)
        return pages(services)

    def watch(*arguments: object) -> RevisionWatch:
        kept.watches.append(RevisionWatch(*arguments))  # type: ignore[arg-type]
        return kept.watches[-1]

    monkeypatch.setattr(admin, "console_routes", routes)
    monkeypatch.setattr(admin, "RevisionWatch", watch)
    return kept


async def opened(closing: AsyncExitStack, folder: Path) -> Ground:
    """Return the ground of a gateway whose database stands."""
    ground = Ground(resolve({"data": str(folder)}, {}).settings, closing)
    database = Database(ground.data.database_url)
    await database.upgrade()
    await database.dispose()
    return ground


CONTROL = Control(figures=bytes, ready=lambda: True, host="127.0.0.1", listen_url="http://127.0.0.1:1")


async def test_the_console_answers_to_its_own_name_by_tls(tmp_path: Path) -> None:
    """Behind a proxy with TLS the port is called by the console's name and says that it stays so; by no other name."""
    async with AsyncExitStack() as closing:
        application = await closing.enter_async_context(open_control(await opened(closing, tmp_path), CONTROL, URL))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=application)) as client:
            answer = await client.get(f"{URL}/sign-in")
            assert (answer.status_code, "max-age" in answer.headers["strict-transport-security"]) == (200, True)
            assert (await client.get("https://elsewhere.example.org/sign-in")).status_code >= 400


async def test_a_playgrounds_key_ends_with_its_session_and_with_the_port(tmp_path: Path, kept: Kept) -> None:
    """A session that is no more takes its key with it at the next change of the database, the port all others when it closes."""
    async with AsyncExitStack() as closing:
        ground = await opened(closing, tmp_path)
        async with open_control(ground, CONTROL, URL):
            [services], [watch] = kept.services, kept.watches
            issuer = KeyIssuer(services.keys, services.clock)

            async def held(session_id: str) -> str:
                issued = await issuer.create(KeyOrder("playground"))
                until_us = services.clock.now_us() + HOUR_US

                async def make() -> Held:
                    return Held(issued.record.key_id, issued.text, until_us)

                await services.purse.key(Place(session_id, DEFAULT_ORGANIZATION, "wrkspc_a"), services.clock.now_us(), make)
                return issued.record.key_id

            session = (await issuer.create(KeyOrder("session"))).record.key_id
            lost, living = await held("apikey_gone"), await held(session)
            await watch.poll()
            found = await services.keys.find([lost, living])
            assert [found[each].revoked_at_us is None for each in (lost, living)] == [False, True]
        async with open_control(ground, CONTROL, URL):
            found = await kept.services[-1].keys.find([living, session])
        assert [found[each].revoked_at_us is None for each in (living, session)] == [False, True]


async def test_a_letter_that_is_under_way_leaves_and_leads_to_the_console(
    tmp_path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked for a new password before the port closed gets the link, and it has the console's name."""
    mails = KeptMail()
    monkeypatch.setattr(admin, "PostRoom", lambda *_: PostRoom(mails))
    async with AsyncExitStack() as closing:
        ground = await opened(closing, tmp_path)
        database = Database(ground.data.database_url)
        async with SqlStore(database).writing(quietly=True) as records:
            account = Account(id="user_ada", email=EMAIL, name="Ada", phone=None, operator=False, created_us=1, password_hash="hash")
            await records.add(account)
        await database.dispose()
        async with open_control(ground, CONTROL, URL):
            await kept.services[0].offices.resets.ask(EMAIL, "192.0.2.1")
    assert f"{URL}/password/reset?token=user_ada." in mails.last(EMAIL).text
