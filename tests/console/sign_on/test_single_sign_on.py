"""Signing in by OpenID Connect, against a real provider: who comes in, as whom, and what no provider's answer can do."""

from __future__ import annotations

import re
import subprocess
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.gateway import ROOT
from tests.organizations.doubles import ME, PASSWORD, code_now
from yumen.console.pages.cookies import SESSION, TRIP
from yumen.console.sign_on import Provider, Relying
from yumen.console.sign_on.provider import ProviderAway, ProviderRefused, set_out
from yumen.console.sign_on.relying import judge
from yumen.errors import OperatorError
from yumen.keys.values import Role
from yumen.organizations.single_sign_on import Newcomers
from yumen.organizations.tools import GUESSES_OF_A_CALLER
from yumen.organizations.values import Account, User

CONSOLE = "https://console.test"
BACK = f"{CONSOLE}/sign-in/with/corp/back"
SECRET = "a-secret-of-the-client-and-long-enough"
NOBODY = Newcomers()
FORM = re.compile(r'action="([^"]+)"')


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider of its own."""
    folder = ROOT / ".clients" / "node-console"
    command = ["node", str(ROOT / "tests" / "console" / "sign_on" / "provider.mjs"), str(folder), BACK]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """What asks the provider."""
    async with httpx2.AsyncClient() as made:
        yield made


class Door:
    """The console with that provider."""

    def __init__(self, world: World, issuer: str, client: httpx2.AsyncClient, newcomers: Newcomers = NOBODY) -> None:
        provider = Provider("corp", "Corporation", issuer, "yumen", SECRET, newcomers)
        relying = Relying(provider, client, world.clock)
        world.services = msgspec.structs.replace(world.services, sign_on={"corp": relying}, console_url=CONSOLE)
        self.visitor = Visitor(world)

    async def come(self, name: str, path: str = "/sign-in/with/corp") -> httpx2.Response:
        """Go to the provider, sign in there as that name, and come back."""
        return await self.visitor.get(await self.way_back(name, path))

    async def way_back(self, name: str, path: str = "/sign-in/with/corp") -> str:
        """Return the address that the provider sends the browser back to."""
        way = (await self.visitor.get(path)).headers["location"]
        async with httpx2.AsyncClient(base_url=way, follow_redirects=False) as browser:
            answer = await browser.get(way)
            while True:
                while answer.has_redirect_location:
                    place = str(answer.url.join(answer.headers["location"]))
                    if place.startswith(CONSOLE):
                        return place
                    answer = await browser.get(place)
                action = FORM.search(answer.text)
                assert action is not None, answer.text
                prompt = "login" if 'value="login"' in answer.text else "consent"
                answer = await browser.post(action[1], data={"prompt": prompt, "login": name, "password": "any"})


async def users(world: World, **equal: object) -> list[User]:
    """Return people."""
    async with world.town.store.reading() as records:
        return await records.find(User, **equal)


async def member(world: World, email: str = "grace@example.org") -> str:
    """Make a member with a password and that address, and return its user's id."""
    token = (await world.invite(world.a, Role.DEVELOPER, email))[1]
    return (await world.offices.invitations.accept(token, "Grace", PASSWORD, "192.0.2.9")).user.id


async def identities(world: World, user_id: str) -> list[tuple[str, str]]:
    """Return whom a person is at which provider."""
    return [(each.issuer, each.subject) for each in await world.offices.single_sign_on.identities(user_id)]


async def test_an_account_with_a_password_is_tied_by_it_once(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """The proved address alone does not open what somebody else may have made for it; with its password given once it is enough."""
    user_id, door = await member(world), Door(world, issuer, client)
    answer = await door.come("grace", "/sign-in/with/corp?next=/requests")
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/sign-in")
    assert SESSION not in door.visitor.client.cookies
    assert await identities(world, user_id) == []
    page = await door.visitor.get(answer.headers["location"])
    assert "with its password once" in text_of(page)
    assert 'value="grace@example.org"' in page.text
    answer = await door.visitor.post("/sign-in", {"email": "grace@example.org", "password": PASSWORD, "next": "/requests"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests")
    assert await identities(world, user_id) == [(issuer, "grace")]
    again = Door(world, issuer, client)
    assert (await again.come("grace", "/sign-in/with/corp?next=/requests")).headers["location"] == "/requests"
    assert SESSION in again.visitor.client.cookies


async def test_nobody_is_tied_to_another_account_than_the_one_that_was_meant(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """Whoever signs in as somebody else meanwhile, or is signed in as somebody else, gets nothing of it."""
    user_id, other_id, door = await member(world), await member(world, "other@example.org"), Door(world, issuer, client)
    await door.come("grace")
    await door.visitor.get("/sign-in")
    assert (await door.visitor.post("/sign-in", {"email": "other@example.org", "password": PASSWORD})).status_code == 303
    assert [await identities(world, each) for each in (user_id, other_id)] == [[], []]
    assert (await door.come("grace")).status_code == 403
    assert [await identities(world, each) for each in (user_id, other_id)] == [[], []]


async def test_nobody_becomes_somebody_else_without_signing_out(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """Another person's account at the provider neither takes the session's place nor makes a second person."""
    await member(world)
    door = Door(world, issuer, client, Newcomers(world.a, Role.DEVELOPER, ("example.org",)))
    await door.visitor.get("/sign-in")
    await door.visitor.post("/sign-in", {"email": "grace@example.org", "password": PASSWORD})
    kept = door.visitor.client.cookies[SESSION]
    assert (await door.come("hedy")).status_code == 403
    assert door.visitor.client.cookies[SESSION] == kept
    assert await users(world, email="hedy@example.org") == []


async def test_whoever_is_signed_in_already_is_tied_at_once(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """The session is the proof that the password would be."""
    user_id, door = await member(world), Door(world, issuer, client)
    await door.visitor.get("/sign-in")
    await door.visitor.post("/sign-in", {"email": "grace@example.org", "password": PASSWORD})
    assert (await door.come("grace", "/sign-in/with/corp?next=/account")).headers["location"] == "/account"
    assert await identities(world, user_id) == [(issuer, "grace")]


async def test_a_company_account_is_connected_and_parted_from(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """Whoever has a password may part from it; for everybody else it is the only way in, and stays."""
    user_id, door = await member(world), Door(world, issuer, client)
    await door.visitor.get("/sign-in")
    await door.visitor.post("/sign-in", {"email": "grace@example.org", "password": PASSWORD})
    assert "Connect Corporation" in (await door.visitor.get("/account")).text
    await door.come("grace", "/sign-in/with/corp?next=/account")
    page = await door.visitor.get("/account")
    assert "Connect Corporation" not in page.text
    assert "Disconnect Corporation?" in page.text
    sent = {"issuer": issuer, "subject": "grace"}
    assert (await door.visitor.post("/account/identities/part", sent)).status_code == 303
    assert await identities(world, user_id) == []
    assert (await door.visitor.post("/account/identities/part", sent)).status_code == 404
    newcomer = Door(world, issuer, client, Newcomers(world.a, Role.DEVELOPER, ("example.org",)))
    await newcomer.come("hedy")
    assert "your only way in" in (await newcomer.visitor.get("/account")).text
    assert (await newcomer.visitor.post("/account/identities/part", {"issuer": issuer, "subject": "hedy"})).status_code == 400


async def test_a_tie_that_comes_too_late_is_none(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """After ten minutes the password opens the session and nothing else."""
    user_id, door = await member(world), Door(world, issuer, client)
    await door.come("grace")
    await door.visitor.get("/sign-in")
    world.clock.pass_s(600)
    assert (await door.visitor.post("/sign-in", {"email": "grace@example.org", "password": PASSWORD})).status_code == 303
    assert await identities(world, user_id) == []


async def test_a_second_factor_is_asked_for_whoever_vouches(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """The provider's word stands for the password alone, when an account is tied and ever after."""
    session = await world.session(world.a)
    secret, email = await world.second_factor(session), session.user.email
    door = Door(world, issuer, client)
    await door.come(email)
    await door.visitor.get("/sign-in")
    assert (await door.visitor.post("/sign-in", {"email": email, "password": PASSWORD})).headers["location"].startswith("/sign-in/code")
    assert await identities(world, session.user.id) == []
    await door.visitor.get("/sign-in/code")
    world.clock.pass_s(30)
    assert (await door.visitor.post("/sign-in/code", {"code": code_now(secret, world.clock)})).status_code == 303
    assert await identities(world, session.user.id) == [(issuer, email)]
    again = Door(world, issuer, client)
    assert (await again.come(email)).headers["location"].startswith("/sign-in/code")
    assert SESSION not in again.visitor.client.cookies


async def test_an_operator_is_never_tied_by_the_address(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """Without a password too: whoever runs the gateway proves it by more than a mail address."""
    door = Door(world, issuer, client, Newcomers(world.a, Role.DEVELOPER, ("example.org",)))
    async with world.town.store.writing() as records:
        await records.add(Account(id="user_1", email="root@example.org", name="Root", phone=None, operator=True, created_us=1))
    assert (await door.come("root")).headers["location"].startswith("/sign-in?")
    assert SESSION not in door.visitor.client.cookies
    assert await identities(world, "user_1") == []


async def test_another_site_cannot_begin_a_sign_in(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """A link from elsewhere leads to the page where the person chooses: it might be somebody else's account at the provider."""
    door = Door(world, issuer, client)
    answer = await door.visitor.get("/sign-in/with/corp?next=/requests", **{"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == "/sign-in?next=%2Frequests"
    assert TRIP not in door.visitor.client.cookies


async def test_another_providers_answer_is_refused(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """Who says that it is another one (RFC 9207) is never asked for its word."""
    door = Door(world, issuer, client)
    place = await door.way_back("grace")
    said = {**{name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}, "iss": "https://evil.example"}
    answer = await door.visitor.get(f"/sign-in/with/corp/back?{urlencode(said)}")
    assert (answer.status_code, "did not confirm" in text_of(answer)) == (400, True)


async def test_a_provider_is_not_asked_in_vain_for_ever(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """Whoever comes with invented codes is stopped before the provider stops the gateway."""
    door = Door(world, issuer, client)
    await door.visitor.get("/sign-in/with/corp")
    kept = door.visitor.client.cookies[TRIP]
    state = msgspec.json.decode(urlsafe_b64decode(kept))["state"]
    statuses = []
    for _ in range(GUESSES_OF_A_CALLER + 1):
        door.visitor.client.cookies.set(TRIP, kept)
        statuses.append((await door.visitor.get(f"/sign-in/with/corp/back?code=x&state={state}")).status_code)
    assert statuses == [400] * GUESSES_OF_A_CALLER + [429]


async def test_a_provider_that_cannot_be_reached_is_left_alone_for_a_while(world: World) -> None:
    """Many who come at once do not wait one after the other, and what it says is never read without end."""
    asked = list[str]()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(200, content=endless())

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        relying = Relying(Provider("corp", "", "http://127.0.0.1:1", "yumen", None, Newcomers()), client, world.clock)
        for _ in range(3):
            with pytest.raises(ProviderAway):
                await relying.way_to(set_out("corp", "/"), BACK)
    assert len(asked) == 1


async def test_who_was_tied_once_stays_the_same_person(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """The second time the identity counts, whatever has become of addresses."""
    door = Door(world, issuer, client, Newcomers(world.a, Role.DEVELOPER, ("example.org",)))
    await door.come("ada")
    await door.come("ada")
    assert len(await users(world, email="ada@example.org")) == 1


async def test_a_newcomer_of_the_domain_joins_with_the_role_that_is_set(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """Organization, domains and role are the operator's; nothing else comes in."""
    door = Door(world, issuer, client, Newcomers(world.a, Role.VIEWER, ("example.org",)))
    assert (await door.come("hedy")).status_code == 303
    [user] = await users(world, email="hedy@example.org")
    [place] = await world.offices.members.of_user(user.id)
    assert (place.member.organization_id, place.member.role) == (world.a, Role.VIEWER)
    assert (await door.come("mallory@elsewhere.example")).status_code == 403
    assert await users(world, email="mallory@elsewhere.example") == []


@pytest.mark.parametrize("name", ["unproved-grace", "stranger"])
async def test_nobody_else_comes_in(world: World, issuer: str, client: httpx2.AsyncClient, name: str) -> None:
    """An address that the provider does not vouch for is nobody's, and without domains there are no newcomers."""
    door = Door(world, issuer, client)
    answer = await door.come(name)
    assert answer.status_code == 403
    assert SESSION not in answer.headers.get("set-cookie", "")


async def test_a_disabled_account_stays_closed(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """The provider's word opens nothing that was closed here."""
    door = Door(world, issuer, client, Newcomers(world.a, Role.DEVELOPER, ("example.org",)))
    await door.come("joan")
    [user] = await users(world, email="joan@example.org")
    await world.offices.members.remove(ME, world.a, user.id)
    answer = await door.come("joan")
    assert answer.status_code == 401
    assert SESSION not in answer.headers.get("set-cookie", "")


async def test_only_the_browser_that_set_out_arrives(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """A way back in another browser, with another state, or a second time, opens nothing."""
    door = Door(world, issuer, client, Newcomers(world.a, Role.DEVELOPER, ("example.org",)))
    place = await door.way_back("eve")
    assert (await Visitor(world).get(place)).status_code == 400
    code = parse_qs(urlsplit(place).query)["code"][0]
    assert (await door.visitor.get(f"/sign-in/with/corp/back?code={code}&state=other")).status_code == 400
    assert TRIP not in door.visitor.client.cookies
    place = await door.way_back("eve")
    kept = door.visitor.client.cookies[TRIP]
    assert (await door.visitor.get(place)).status_code == 303
    door.visitor.client.cookies.set(TRIP, kept)
    assert (await door.visitor.get(place)).status_code == 400


async def test_a_provider_that_refuses_or_is_away_is_said_in_words(world: World, issuer: str, client: httpx2.AsyncClient) -> None:
    """A refusal there, an unknown provider and one that does not answer each have their page."""
    door = Door(world, issuer, client)
    state = parse_qs(urlsplit((await door.visitor.get("/sign-in/with/corp")).headers["location"]).query)["state"][0]
    answer = await door.visitor.get(f"/sign-in/with/corp/back?error=access_denied&state={state}")
    assert "did not confirm" in text_of(answer)
    assert (await door.visitor.get("/sign-in/with/nobody")).status_code == 404
    away = Door(world, "http://127.0.0.1:1", client)
    assert (await away.visitor.get("/sign-in/with/corp")).status_code == 502


def token_of(key: rsa.RSAPrivateKey | str, algorithm: str = "RS256", **claims: object) -> str:
    """Return a token with those claims beside sound ones."""
    sound = {"iss": "https://issuer.test", "aud": "yumen", "sub": "grace", "iat": 1_000, "exp": 9_999_999_999}
    return jwt.encode(
        {name: value for name, value in {**sound, **claims}.items() if value is not None}, key, algorithm, headers={"kid": "1"}
    )


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://other.test"}, {"aud": "other"}, {"exp": 1}, {"sub": None}, {"exp": None}, {"iat": 9_999_999_990}, {"azp": "other"}],
    ids=str,
)
def test_a_token_that_is_not_for_us_counts_for_nothing(claims: dict[str, object]) -> None:
    """Issuer, audience, party and time are checked, and what is required must be there."""
    key = rsa.generate_private_key(65537, 2048)
    public = jwt.PyJWK({**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "1", "alg": "RS256"})
    provider = Provider("corp", "", "https://issuer.test", "yumen", None, Newcomers())
    assert judge(token_of(key), public, provider)["sub"] == "grace"
    with pytest.raises(jwt.PyJWTError):
        judge(token_of(key, **claims), public, provider)


def test_nobody_else_can_sign() -> None:
    """Another key, no signature at all, and the client's secret as the key are refused."""
    key, other = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
    public = jwt.PyJWK({**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "1"})
    provider = Provider("corp", "", "https://issuer.test", "yumen", SECRET, Newcomers())
    for token in (token_of(other), token_of("", "none"), token_of(SECRET, "HS256")):
        with pytest.raises(jwt.PyJWTError):
            judge(token, public, provider)


@pytest.mark.parametrize("issuer", ["http://issuer.test", "ftp://issuer.test", "issuer.test", ""])
async def test_a_provider_is_spoken_with_by_tls(world: World, client: httpx2.AsyncClient, issuer: str) -> None:
    """Plain HTTP is for this machine alone."""
    with pytest.raises(OperatorError):
        Relying(Provider("corp", "", issuer, "yumen", None, Newcomers()), client, world.clock)


@pytest.mark.parametrize(
    "change", [{"issuer": "http://127.0.0.1:2"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": 7}], ids=str
)
async def test_what_a_provider_says_of_itself_is_judged(world: World, change: dict[str, object]) -> None:
    """Another's name, endpoints without TLS elsewhere, and nonsense are a provider that is away."""
    here = "http://127.0.0.1:1"
    said = {"issuer": here, "authorization_endpoint": here, "token_endpoint": here, "jwks_uri": f"{here}/keys", **change}

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"keys": []} if request.url.path == "/keys" else said)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        relying = Relying(Provider("corp", "", here, "yumen", None, Newcomers()), client, world.clock)
        with pytest.raises(ProviderAway):
            await relying.way_to(set_out("corp", "/"), BACK)


async def test_a_word_about_somebody_else_is_none(world: World) -> None:
    """A code that brings an error, or no token, opens nothing."""
    here = "http://127.0.0.1:1"
    key = rsa.generate_private_key(65537, 2048)
    public = {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "1", "alg": "RS256"}
    trip, tokens = set_out("corp", "/"), {"id_token": token_of(key, iss=here, nonce="another")}

    def answer(request: httpx2.Request) -> httpx2.Response:
        said = {"issuer": here, "authorization_endpoint": here, "token_endpoint": f"{here}/token", "jwks_uri": f"{here}/keys"}
        return httpx2.Response(200, json={"/keys": {"keys": [public]}, "/token": tokens}.get(request.url.path, said))

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
        relying = Relying(Provider("corp", "", here, "yumen", None, Newcomers()), client, world.clock)
        with pytest.raises(ProviderRefused):
            await relying.arrived(trip, "code", BACK)
        tokens["id_token"] = token_of(key, iss=here, nonce=trip.nonce, email="grace@example.org", email_verified=True)
        assert (await relying.arrived(trip, "code", BACK)).email == "grace@example.org"
