"""All use cases of organizations together, as the admin API, the console and the command line get them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import ContentKeyUnavailable
from yumen.organizations.attempts import Attempts
from yumen.organizations.invitations import Invitations
from yumen.organizations.letters import Letters
from yumen.organizations.members import Members
from yumen.organizations.model_aliases import ModelAliases
from yumen.organizations.own_account import OwnAccount
from yumen.organizations.passwords import Passwords
from yumen.organizations.plans import Plans
from yumen.organizations.policies import Policies
from yumen.organizations.post import PostRoom
from yumen.organizations.prompts import Prompts
from yumen.organizations.records import AuditLog
from yumen.organizations.registry import Registry
from yumen.organizations.requests import IncreaseRequests
from yumen.organizations.resets import PasswordResets
from yumen.organizations.second_factor import SecondFactors
from yumen.organizations.setup import Setup
from yumen.organizations.sign_in import SignIn
from yumen.organizations.sign_up import SignUps
from yumen.organizations.single_sign_on import SingleSignOn
from yumen.organizations.tools import Tools
from yumen.organizations.values import SignUpTerms
from yumen.organizations.workspaces import Workspaces
from yumen.storage.envelope import SealerOf

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.keys import KeyStore
    from yumen.organizations.store import Store
    from yumen.storage.envelope import Sealer


async def unsealed(organization_id: str) -> Sealer:
    """Seal nothing, for anybody."""
    raise ContentKeyUnavailable(organization_id)


class Offices(msgspec.Struct, frozen=True):
    """One office for each matter."""

    registry: Registry
    workspaces: Workspaces
    members: Members
    invitations: Invitations
    plans: Plans
    requests: IncreaseRequests
    sign_ups: SignUps
    sign_in: SignIn
    single_sign_on: SingleSignOn
    second_factors: SecondFactors
    resets: PasswordResets
    own_account: OwnAccount
    setup: Setup
    audit: AuditLog
    model_aliases: ModelAliases
    policies: Policies
    prompts: Prompts


class Equipment(msgspec.Struct, frozen=True):
    """What the offices may be given beyond their records and a clock."""

    terms: SignUpTerms = SignUpTerms()
    post: PostRoom = msgspec.field(default_factory=PostRoom)
    letters: Letters = msgspec.field(default_factory=Letters)
    passwords: Passwords = msgspec.field(default_factory=Passwords)
    claimed: Callable[[], None] = lambda: None
    """Called when the set-up token was used."""
    sealer: SealerOf = unsealed
    """Seals second factors; where there is none, nobody can switch one on or sign in with one."""


def open_offices(store: Store, keys: KeyStore, clock: Clock, equipment: Equipment) -> Offices:
    """Open all offices over one store."""
    tools = Tools(
        store,
        clock,
        equipment.terms,
        Attempts(store, clock),
        equipment.passwords,
        equipment.post,
        equipment.letters,
        equipment.sealer,
    )
    second_factors = SecondFactors(tools)
    sign_in = SignIn(tools, keys, second_factors)
    return Offices(
        registry=Registry(store, clock),
        workspaces=Workspaces(store, clock),
        members=Members(store, clock),
        invitations=Invitations(tools),
        plans=Plans(store, clock, equipment.terms.plan),
        requests=IncreaseRequests(tools),
        sign_ups=SignUps(tools),
        sign_in=sign_in,
        single_sign_on=SingleSignOn(tools, sign_in),
        second_factors=second_factors,
        resets=PasswordResets(tools),
        own_account=OwnAccount(tools),
        setup=Setup(tools, equipment.claimed),
        audit=AuditLog(store, clock),
        model_aliases=ModelAliases(store, clock),
        policies=Policies(store, clock),
        prompts=Prompts(store, clock),
    )
