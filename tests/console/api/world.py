"""Two organizations with people, keys and things in them, and the admin API over them, without a port."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from starlette.requests import Request

from tests.console.api.premises import AlertDesk, Premises
from tests.ledger.making import make_entry
from tests.organizations.doubles import ME, PASSWORD, Town, application, code_now, sealer_of
from yumen.app.sessions import stores_in
from yumen.audit import Actor
from yumen.console.api import Services, admin_application
from yumen.console.calls import Calls
from yumen.contents import Kept, Row
from yumen.contents.rules import context_of as content_context
from yumen.contents.rules import encode
from yumen.contents.store_sql import SqlContentStore
from yumen.keys import AdminKeys, IssuedKey, KeyIssuer, KeyOrder, KeyRecord
from yumen.keys.values import Role
from yumen.ledger import Entry, Reports
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.limits.terms.setting import LimitSetter
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.limits.values import Kind, Limit, Line, Scope, ScopeKind, Standing
from yumen.meter import Prices
from yumen.meter.bill import bill
from yumen.organizations.apart.erase import Erasing
from yumen.organizations.apart.isolate import Isolating
from yumen.organizations.oneself import Oneself
from yumen.organizations.policies import Attaching, Place
from yumen.organizations.prompts import PromptWanted, Reader
from yumen.organizations.values import DEFAULT_ORGANIZATION, IncreaseRequest, Invite, SignedIn, Wanted, WantedLimit, Workspace
from yumen.organizations.values import Kind as OrganizationKind
from yumen.policy.document import policy_of
from yumen.policy.findings import Excerpt
from yumen.policy.flags import context_of
from yumen.policy.store import FlagRow
from yumen.policy.store_sql import SqlFlagStore
from yumen.policy.values import Action, Flag, On
from yumen.policy.values import Place as FlagPlace
from yumen.policy.values import Scope as PolicyScope
from yumen.sessions import Begun, Closing, Mine, Opening, TurnState, TurnUsage
from yumen.sessions.index_sql import SqlSessionIndex
from yumen.sessions.sealed import SealedPlaces
from yumen.storage import Database
from yumen.storage.compartments import Compartments, One

URL = "http://control.test"


async def no_pause(_: float) -> None:
    """Wait for nobody."""


async def no_claude(_: httpx2.Request) -> httpx2.Response:
    """Answer nothing: a test that calls Claude says what is answered."""
    raise httpx2.ConnectError("nobody is there")


class World:
    """The admin API as callers see it, and behind it what makes things for them."""

    def __init__(self, database: Database, folder: Path, **terms: object) -> None:
        self.database = database
        self.town = Town(database, **terms)
        self.clock = self.town.clock
        self.offices = self.town.offices
        self.standing: Standing | None = None
        self.made = 0
        self.texts: dict[tuple[str, Role], str] = {}
        self.compartments = Compartments(database)
        self.claude: Callable[[httpx2.Request], Awaitable[httpx2.Response]] = no_claude
        """What answers the console's own calls of Claude."""
        self.premises, self.alerts = Premises(), AlertDesk()
        self.services = Services(
            clock=self.clock,
            door=AdminKeys(self.town.keys, self.clock, 10_000),
            keys=self.town.keys,
            offices=self.offices,
            bill_of=lambda entry: bill(entry, Prices()),
            reports=Reports(SqlLedger(database), folder),
            terms=SqlTermsStore(database),
            limits_by=lambda actor: LimitSetter(database, self.clock, actor),
            use_now=self.use_now,
            address_of=address_of,
            flags=One(SqlFlagStore(database)),
            policy_file=None,
            sessions=One(stores_in(database)),
            session_index=One(SqlSessionIndex(database)),
            contents=One(SqlContentStore(database)),
            isolating=Isolating(self.compartments, self.clock, no_pause),
            erasing=Erasing(self.compartments, self.clock, folder, no_pause),
            sealer=sealer_of,
            data_url="http://127.0.0.1:9",
            public_url="https://claude.example.org",
            calls=Calls(httpx2.AsyncClient(transport=httpx2.MockTransport(self.ask_claude), base_url="http://127.0.0.1:9")),
            console_url="https://console.test",
            premises=self.premises,
            alerts=self.alerts,
            version="0.0.0",
        )
        self.application = admin_application(self.services)
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.application, raise_app_exceptions=False), base_url=URL)
        self.a = self.b = ""

    async def found(self) -> None:
        """Make two organizations."""
        for name in ("a", "b"):
            made = await self.offices.registry.create(ME, f"Organization {name.upper()}", OrganizationKind.ENTERPRISE, "enterprise")
            setattr(self, name, made.id)

    async def key(self, organization_id: str, role: Role) -> str:
        """Return the text of an admin key, always the same one; the operator's belongs to neither organization."""
        where = DEFAULT_ORGANIZATION if role is Role.OPERATOR else organization_id
        if (where, role) not in self.texts:
            self.texts[where, role] = (await self.new_admin_key(where, role)).text
        return self.texts[where, role]

    async def new_admin_key(self, organization_id: str, role: Role) -> IssuedKey:
        """Make an admin key."""
        return await KeyIssuer(self.town.keys, self.clock).create(KeyOrder(f"{role} key", role=role, organization_id=organization_id))

    async def ask(self, method: str, path: str, key: str | None = None, **more: Any) -> httpx2.Response:  # noqa: ANN401  (what the client takes)
        """Ask something."""
        headers = {**({"x-api-key": key} if key else {}), "anthropic-version": "2026-10-21", **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def use_now(self, organization_id: str, lines: Sequence[Line]) -> list[Standing | None]:
        """Say what a test wants of how limits stand."""
        assert organization_id
        return [self.standing for _ in lines]

    async def ask_claude(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a call of Claude that the console makes."""
        return await self.claude(request)

    def next(self, name: str) -> str:
        """Return a name that nobody has."""
        self.made += 1
        return f"{name}-{self.made}"

    # ── things ──────────────────────────────────────────────────────────────

    async def workspace(self, organization_id: str) -> Workspace:
        """Make a workspace."""
        return await self.offices.workspaces.create(ME, organization_id, self.next("workspace"), "production")

    async def member(self, organization_id: str, role: Role = Role.DEVELOPER) -> str:
        """Make a member and return its user's id."""
        email = f"{self.next('person')}@example.org"
        token = (await self.invite(organization_id, role, email))[1]
        person = await self.offices.invitations.accept(token, "Grace", PASSWORD, "192.0.2.9")
        return person.user.id

    async def session(self, organization_id: str, role: Role = Role.DEVELOPER) -> SignedIn:
        """Make a member and open a session."""
        user = await self.offices.members.user(await self.member(organization_id, role))
        session = await self.offices.sign_in.open(user.email, PASSWORD, "192.0.2.9")
        assert isinstance(session, SignedIn)
        return session

    async def second_factor(self, session: SignedIn) -> str:
        """Switch a second factor on, and return its secret; the next code counts."""
        me = Oneself(session.user.id, session.key_id, session.organization_id, Actor(f"user:{session.user.id}"))
        secret = (await self.offices.second_factors.begin(me)).secret
        await self.offices.second_factors.confirm(me, code_now(secret, self.clock), PASSWORD)
        return secret

    async def user(self) -> str:
        """Make somebody with an account elsewhere and return the id."""
        made = await self.offices.registry.create(ME, self.next("elsewhere"), OrganizationKind.ENTERPRISE, "trial")
        return await self.member(made.id)

    async def invite(self, organization_id: str, role: Role = Role.DEVELOPER, email: str | None = None) -> tuple[Invite, str]:
        """Invite somebody; return the invitation and its token."""
        email = email or f"{self.next('invited')}@example.org"
        invited = await self.offices.invitations.create(ME, organization_id, email, role)
        return invited.invite, self.town.mail.token(email)

    async def plain_key(self, organization_id: str, user_id: str | None = None) -> KeyRecord:
        """Make a key for Claude's API."""
        home = (await self.offices.workspaces.every(organization_id))[0]
        from yumen.keys.values import Workspace as Home  # noqa: PLC0415  (two nouns of one name)

        place = Home(home.id, organization_id, home.environment)
        order = KeyOrder(self.next("key"), workspace=place, user_id=user_id)
        return (await KeyIssuer(self.town.keys, self.clock).create(order)).record

    async def request(self, organization_id: str, **fields: object) -> Entry:
        """Write a request into the ledger, of just now unless it is said otherwise."""
        self.made += 1
        plain = {"request_id": f"req_{self.made:024}", "organization_id": organization_id, "time_us": self.clock.now_us() - 1}
        entry = make_entry(self.made, **{**plain, **fields})
        await SqlLedger(self.database).add(Batch([entry], f"made-{self.made}", 1))
        return entry

    async def limit(self, scope: Scope, organization_id: str, kind: Kind = Kind.REQUESTS_PER_MINUTE, value: int = 5) -> Limit:
        """Set a limit."""
        limit = Limit(kind, value)
        await LimitSetter(self.database, self.clock, ME).set(organization_id, scope, [limit])
        return limit

    async def alias(self, organization_id: str) -> str:
        """Make a model alias and return its name."""
        wanted = (organization_id, self.next("fast"), "claude-haiku-4-5")
        return (await self.offices.model_aliases.put(ME, wanted)).alias

    async def prompt(self, organization_id: str, *, shared: bool = True, user_id: str | None = None) -> str:
        """Save a prompt and return its id."""
        wanted = PromptWanted(self.next("prompt"), shared, b'{"columns":[{"model":"claude-haiku-4-5"}]}')
        return (await self.offices.prompts.create(Reader(ME, organization_id, user_id), wanted, sealer_of)).id

    async def policy(self, organization_id: str, *, attached: bool = True) -> str:
        """Store a content policy, attach it to its organization, and return its name."""
        policy = policy_of({"name": self.next("policy"), "rules": [{"name": "r", "action": "block", "why": "x", "models": ["m"]}]})
        await self.offices.policies.add(ME, policy, organization_id)
        place = Place(PolicyScope.ORGANIZATION, organization_id, organization_id)
        if attached:
            await self.offices.policies.attach(ME, place, Attaching(policy.name))
        return policy.name

    async def flagged(self, organization_id: str, text: str = "a cat sits", request_id: str | None = None) -> str:
        """Let a policy have found a word in a request, with what stands around it, and return the request's id."""
        flag = Flag("house", 1, "cats", Action.BLOCK, shadow=True, on=On.REQUEST, place=FlagPlace.MESSAGES, kind="word")
        home = (await self.offices.workspaces.every(organization_id))[0].id
        row = FlagRow(request_id or self.clock.new_id("req_"), 0, self.clock.now_us(), organization_id, home, "apikey_1", flag)
        at = text.index("cat")
        words = msgspec.json.encode([Excerpt(text, at, at + 3)])
        sealed = (await sealer_of(organization_id)).seal(words, context_of(row))
        await SqlFlagStore(self.database).add([msgspec.structs.replace(row, sealed=sealed)])
        return row.request_id

    async def conversation(self, organization_id: str, **closing: object) -> str:
        """Let a conversation of one turn be kept, and return its id."""
        owner = (await self.offices.workspaces.every(organization_id))[0].id
        store = SealedPlaces(self.services.sessions, sealer_of).of(organization_id).store
        now_us, request_id = self.clock.now_us(), self.clock.new_id("req_")
        question = b'{"role":"user","content":"What is my name? [PERSON_1]"}'
        opening = Opening(self.clock.new_id("sess_"), request_id, question, now_us, now_us + 1_000_000, model="claude-haiku-4-5")
        begun = await store.begin(owner, self.next("talk"), opening)
        assert isinstance(begun, Begun)
        answer = b'{"role":"assistant","content":[{"type":"text","text":"You are [PERSON_1]."}]}'
        ended: dict[str, Any] = {"state": TurnState.ANSWERED, "answer": answer, "usage": TurnUsage(7, 5), **closing}
        await store.finish(Mine(begun.session.id, begun.number, request_id), Closing(ended_us=now_us, **ended))
        return begun.session.id

    async def content(self, organization_id: str, request_id: str | None = None) -> str:
        """Let what a request asked and was answered be kept, and return its id."""
        request_id = request_id or self.clock.new_id("req_")
        kept = Kept("POST", "/v1/messages", 200, "answered", None, b'{"model":"m"}', 99, b'{"content":[]}', 14)
        home = (await self.offices.workspaces.every(organization_id))[0].id
        sealed = (await sealer_of(organization_id)).seal(encode(kept), content_context(request_id))
        row = Row(request_id, organization_id, home, "apikey_1", self.clock.now_us(), sealed)
        await SqlContentStore(self.database).add([row])
        return request_id

    async def increase(self, organization_id: str) -> IncreaseRequest:
        """Ask for more."""
        wanted = WantedLimit(Scope(ScopeKind.ORGANIZATION, organization_id), Limit(Kind.REQUESTS_PER_MINUTE, 100))
        return await self.offices.requests.ask(ME, organization_id, None, Wanted((wanted,)), "More, please.")

    async def waiting_sign_up(self) -> str:
        """Bring a sign-up to where it waits for approval, and return its id."""
        offices = self.town.open(post=True, mode="open", approval=True)
        email = f"{self.next('applicant')}@example.org"
        step = await offices.sign_ups.start(application(email), f"caller of {email}")
        await offices.sign_ups.confirm(step.sign_up_id, "email", self.town.mail.code(email), "192.0.2.8")  # type: ignore[arg-type]  # as JSON has it
        return step.sign_up_id


def address_of(request: Request) -> str:
    """Return where a request comes from."""
    return "" if request.client is None else request.client.host
