"""One call of every operation with people in it: members, ways in, accounts, invitations."""

from __future__ import annotations

from tests.console.api.example import Examples, Sent, always
from tests.console.api.world import World
from tests.organizations.doubles import ME, PASSWORD, code_now
from yumen.keys.values import Role
from yumen.organizations.rows import Identity
from yumen.organizations.values import Kind as OrganizationKind
from yumen.organizations.values import SecondStep, SignedIn

PEOPLE = Examples()
example = PEOPLE.of


@example("users.add")
async def add_user(world: World, organization_id: str) -> Sent:
    """Somebody with an account elsewhere."""
    assert organization_id
    return Sent(asked={"user_id": await world.user(), "role": "developer"})


@example("users.retrieve", "users.remove")
async def one_user(world: World, organization_id: str) -> Sent:
    """A member."""
    return Sent({"user_id": await world.member(organization_id)})


@example("users.update")
async def update_user(world: World, organization_id: str) -> Sent:
    """A member and another role."""
    return Sent({"user_id": await world.member(organization_id)}, {"role": "billing"})


@example("set_up.create")
async def set_up(world: World, organization_id: str) -> Sent:
    """The set-up token."""
    assert organization_id
    token = await world.offices.setup.token() or "gone"
    return Sent(asked={"token": token, "email": "root@example.org", "name": "Root", "password": PASSWORD})


@example("sign_up.create")
async def sign_up(world: World, organization_id: str) -> Sent:
    """Somebody new."""
    assert organization_id
    world.clock.pass_s(4000)
    email = f"{world.next('new')}@example.org"
    return Sent(
        asked={"kind": "individual", "name": "Ada", "email": email, "purpose": "Two\nlines.", "password": PASSWORD, "country": "FR"}
    )


@example("sign_up.retrieve")
async def begun_sign_up(world: World, organization_id: str) -> Sent:
    """A sign-up that has begun."""
    answer = await world.ask("POST", "/v1/organizations/sign_up", json=(await sign_up(world, organization_id)).asked)
    assert answer.status_code == 200, answer.text
    return Sent({"sign_up_id": answer.json()["id"]})


@example("sign_up.resend")
async def send_again(world: World, organization_id: str) -> Sent:
    """A sign-up that has begun."""
    answer = await world.ask("POST", "/v1/organizations/sign_up", json=(await sign_up(world, organization_id)).asked)
    assert answer.status_code == 200, answer.text
    world.clock.pass_s(4000)
    return Sent(asked={"sign_up_id": answer.json()["id"]})


@example("sign_up.verify")
async def verify(world: World, organization_id: str) -> Sent:
    """A code that came."""
    begun = (await sign_up(world, organization_id)).asked
    answer = await world.ask("POST", "/v1/organizations/sign_up", json=begun)
    return Sent(asked={"sign_up_id": answer.json()["id"], "channel": "email", "code": world.town.mail.code(begun["email"])})


@example("invites.look")
async def look_at_invite(world: World, organization_id: str) -> Sent:
    """An invitation's token."""
    return Sent(asked={"token": (await world.invite(organization_id))[1]})


@example("invites.accept")
async def accept(world: World, organization_id: str) -> Sent:
    """An invitation's token."""
    return Sent(asked={"token": (await world.invite(organization_id))[1], "name": "Grace", "password": PASSWORD})


@example("sign_in.create")
async def sign_in(world: World, organization_id: str) -> Sent:
    """A member's address and password."""
    user = await world.offices.members.user(await world.member(organization_id))
    return Sent(asked={"email": user.email, "password": PASSWORD, "organization_id": organization_id})


PEOPLE["sign_out.create"] = always({})


@example("sign_in.confirm")
async def confirm_sign_in(world: World, organization_id: str) -> Sent:
    """What the password gave, and a code."""
    session = await world.session(organization_id)
    secret = await world.second_factor(session)
    step = await world.offices.sign_in.open(session.user.email, PASSWORD, "192.0.2.9")
    assert isinstance(step, SecondStep)
    return Sent(asked={"token": step.token, "code": code_now(secret, world.clock, 1)})


@example("password_reset.create")
async def ask_reset(world: World, organization_id: str) -> Sent:
    """An address."""
    assert organization_id
    world.clock.pass_s(4000)
    return Sent(asked={"email": "somebody@example.org"})


@example("password_reset.complete")
async def complete_reset(world: World, organization_id: str) -> Sent:
    """A token, and a new password."""
    token = await world.offices.resets.token(ME, await world.member(organization_id))
    return Sent(asked={"token": token, "password": f"{PASSWORD}!"})


@example("account.retrieve", "account.second_factor.begin", "account.sessions.list", "account.sessions.end_others")
async def own_account(world: World, organization_id: str) -> Sent:
    """Somebody who is signed in."""
    return Sent(key=(await world.session(organization_id)).key)


PEOPLE["account.organizations.list"] = own_account


@example("account.identities.remove")
async def own_identity(world: World, organization_id: str) -> Sent:
    """Who somebody is at a provider."""
    session = await world.session(organization_id)
    async with world.town.store.writing() as records:
        await records.add(Identity("https://issuer.test", session.user.id, session.user.id, 1))
    return Sent(asked={"issuer": "https://issuer.test", "subject": session.user.id}, key=session.key)


@example("account.identities.list")
async def own_identities(world: World, organization_id: str) -> Sent:
    """The same, listed."""
    return (await own_identity(world, organization_id))._replace(asked={})


@example("account.update")
async def rename_account(world: World, organization_id: str) -> Sent:
    """Another name."""
    return Sent(asked={"name": "Ada L."}, key=(await world.session(organization_id)).key)


@example("account.password.update")
async def change_password(world: World, organization_id: str) -> Sent:
    """The old password and a new one."""
    asked = {"password": PASSWORD, "new_password": f"{PASSWORD}!"}
    return Sent(asked=asked, key=(await world.session(organization_id)).key)


@example("account.second_factor.confirm")
async def confirm_factor(world: World, organization_id: str) -> Sent:
    """A second factor that was begun, and its first code."""
    session = await world.session(organization_id)
    begun = await world.ask("POST", "/v1/organizations/account/second_factor", session.key, json={})
    return Sent(asked={"code": code_now(begun.json()["secret"], world.clock), "password": PASSWORD}, key=session.key)


@example("account.recovery_codes.create")
async def renew_codes(world: World, organization_id: str) -> Sent:
    """A code of a second factor."""
    session = await world.session(organization_id)
    return Sent(asked={"code": code_now(await world.second_factor(session), world.clock, 1)}, key=session.key)


@example("account.second_factor.remove")
async def switch_factor_off(world: World, organization_id: str) -> Sent:
    """The password, and a code."""
    sent = await renew_codes(world, organization_id)
    return Sent(asked={"password": PASSWORD, **sent.asked}, key=sent.key)


@example("users.second_factor.retrieve", "users.second_factor.remove")
async def factor_of_a_member(world: World, organization_id: str) -> Sent:
    """A member who has one."""
    session = await world.session(organization_id)
    await world.second_factor(session)
    return Sent({"user_id": session.user.id})


@example("account.sessions.end")
async def end_session(world: World, organization_id: str) -> Sent:
    """Another one of the own sessions."""
    session = await world.session(organization_id)
    other = await world.offices.sign_in.open(session.user.email, PASSWORD, "192.0.2.10")
    assert isinstance(other, SignedIn)
    return Sent({"api_key_id": other.key_id}, key=session.key)


@example("account.change_over")
async def change_over(world: World, organization_id: str) -> Sent:
    """Another organization of the same person."""
    session = await world.session(organization_id)
    elsewhere = await world.offices.registry.create(ME, world.next("elsewhere"), OrganizationKind.ENTERPRISE, "trial")
    await world.offices.members.add(ME, elsewhere.id, session.user.id, Role.VIEWER)
    return Sent(asked={"organization_id": elsewhere.id}, key=session.key)


@example("invites.join")
async def join_by_invite(world: World, organization_id: str) -> Sent:
    """An invitation for the address of somebody who is signed in elsewhere."""
    elsewhere = await world.offices.registry.create(ME, world.next("elsewhere"), OrganizationKind.ENTERPRISE, "trial")
    session = await world.session(elsewhere.id)
    return Sent(asked={"token": (await world.invite(organization_id, email=session.user.email))[1]}, key=session.key)


@example("invites.create")
async def create_invite(world: World, organization_id: str) -> Sent:
    """Somebody to invite."""
    assert organization_id
    return Sent(asked={"email": f"{world.next('wanted')}@example.org", "role": "user"})


@example("invites.retrieve", "invites.delete")
async def one_invite(world: World, organization_id: str) -> Sent:
    """An invitation."""
    return Sent({"invite_id": (await world.invite(organization_id))[0].id})
