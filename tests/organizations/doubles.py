"""A clock that jumps, post that is kept, and offices over a real SQLite database."""

from __future__ import annotations

import re

import pyotp
from argon2 import PasswordHasher

from yumen.audit import Actor
from yumen.clock import Clock
from yumen.keys.store_sql import SqlKeyStore
from yumen.notices.values import Message, NotSentError
from yumen.organizations import Equipment, Offices, PostRoom, SignUpTerms, open_offices
from yumen.organizations.passwords import Passwords
from yumen.organizations.store_sql import SqlStore
from yumen.organizations.totp import STEP_US
from yumen.organizations.values import Application, Kind
from yumen.storage import Database
from yumen.storage.envelope import Envelope, Sealer

ME = Actor("user:user_me", "192.0.2.1")
PASSWORD = "a password of some length"
CALLER = "192.0.2.7"
MINUTE_S = 60
HOUR_S = 3600
CODE = re.compile(r"\b\d{8}\b")
TOKEN = re.compile(r"invite_\w+\.[\w-]+")


class JumpingClock(Clock):
    """A clock that moves when it is told to; each id comes a microsecond later, so that ids are in order."""

    __slots__ = ("us",)

    def __init__(self) -> None:
        self.us = 1_800_000_000_000_000

    def now_us(self) -> int:
        """Return the time that stands."""
        return self.us

    def now_ns(self) -> int:  # type: ignore[override]
        """Return the same in nanoseconds."""
        return self.us * 1000

    def new_id(self, prefix: str) -> str:
        """Return an id after all earlier ones."""
        self.us += 1
        return super().new_id(prefix)

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self.us += round(seconds * 1_000_000)


class KeptMail:
    """Keeps mails, or fails to send them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.broken = False

    async def mail(self, to: str, message: Message) -> None:
        """Keep a mail."""
        if self.broken:
            raise NotSentError("no server")
        self.sent.append((to, message))

    def last(self, to: str) -> Message:
        """Return the newest mail to an address."""
        return next(message for each, message in reversed(self.sent) if each == to)

    def code(self, to: str) -> str:
        """Return the code in the newest mail to an address."""
        found = CODE.search(self.last(to).text)
        assert found
        return found[0]

    def token(self, to: str) -> str:
        """Return the token in the newest mail to an address."""
        found = TOKEN.search(self.last(to).text)
        assert found
        return found[0]


class KeptTexts:
    """Keeps text messages."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def text(self, to: str, text: str) -> None:
        """Keep a message."""
        self.sent.append((to, text))

    def code(self) -> str:
        """Return the code in the newest message."""
        found = CODE.search(self.sent[-1][1])
        assert found
        return found[0]


async def sealer_of(organization_id: str) -> Sealer:
    """Return a sealer of the organization's own."""
    name = "dk_" + organization_id[-24:].rjust(24, "0")
    return Envelope({name: organization_id.encode()[-32:].rjust(32, b"0")}, name, name)


def code_now(secret: str, clock: Clock, later: int = 0) -> str:
    """Return what an app shows now, or so many steps later."""
    return pyotp.TOTP(secret).generate_otp(clock.now_us() // STEP_US + later)


class Town:
    """Offices over a database, with their post."""

    def __init__(self, database: Database, **terms: object) -> None:
        self.database = database
        self.clock = JumpingClock()
        self.mail = KeptMail()
        self.texts = KeptTexts()
        self.store = SqlStore(database)
        self.keys = SqlKeyStore(database)
        self.offices = self.open(post=True, **terms)

    def open(self, *, post: bool, **terms: object) -> Offices:
        """Open offices with other terms over the same records."""
        room = PostRoom(self.mail, self.texts) if post else PostRoom()
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        given = SignUpTerms(**({"mode": "open"} | terms))  # type: ignore[arg-type]  # the settings' types
        return open_offices(self.store, self.keys, self.clock, Equipment(given, room, passwords=cheap, sealer=sealer_of))

    async def signed_up(self, email: str, offices: Offices | None = None) -> tuple[str, str]:
        """Sign somebody up with an organization, and return its id and the user's."""
        offices = offices or self.offices
        step = await offices.sign_ups.start(application(email), f"caller of {email}")
        step = await offices.sign_ups.confirm(step.sign_up_id, "email", self.mail.code(email), CALLER)  # type: ignore[arg-type]  # as JSON has it
        assert step.organization_id
        return step.organization_id, (await offices.members.user(email)).id


def application(email: str = "ada@example.org", **changes: object) -> Application:
    """Return an application that will do."""
    given = {
        "kind": Kind.ENTERPRISE,
        "organization_name": "Example",
        "name": "Ada",
        "email": email,
        "purpose": "Tests.",
        "password": PASSWORD,
    }
    return Application(**(given | changes))  # type: ignore[arg-type]  # the fields' types
