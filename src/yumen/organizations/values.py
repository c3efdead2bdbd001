"""The nouns of organizations: who belongs to whom, what was asked for, and what was decided."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.keys.values import ENVIRONMENTS, Role
from yumen.limits.values import Limit, Scope

__all__ = ["DEFAULT_ORGANIZATION", "ENVIRONMENTS", "Limit", "Role", "Scope"]

ORGANIZATION_PREFIX = "org_"
WORKSPACE_PREFIX = "wrkspc_"
USER_PREFIX = "user_"
INVITE_PREFIX = "invite_"
SIGN_UP_PREFIX = "signup_"
REQUEST_PREFIX = "incr_"

MEMBER_ROLES = (Role.OWNER, Role.ADMIN, Role.DEVELOPER, Role.BILLING, Role.VIEWER)
"""What a member can be. `operator` is no membership: it stands above all organizations."""


class Kind(StrEnum):
    """Who signs up."""

    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"


class Organization(msgspec.Struct, frozen=True):
    """An organization. Times are UTC microseconds, None: never."""

    id: str
    name: str
    kind: Kind
    plan: str
    time_zone: str
    """An IANA name: the calendar periods of its limits run in it."""
    isolated: bool
    created_us: int
    suspended_us: int | None = None
    """Since when its keys are refused."""
    keeps_content: bool = False
    """Whether content may be stored although it is isolated."""
    content_key: str | None = None
    """The reference of its own key of keys, by which its content is sealed; None: the gateway's."""
    compartment: str | None = None
    """Where its own tables lie; None: with everybody's."""


class Workspace(msgspec.Struct, frozen=True):
    """A part of an organization whose keys share what they create."""

    id: str
    organization_id: str
    name: str
    environment: str
    """`production` or `staging`."""
    created_us: int
    archived_us: int | None = None
    """Since when it is closed: its keys were revoked then."""


class User(msgspec.Struct, frozen=True):
    """A person, in any number of organizations."""

    id: str
    email: str
    """In lower case; unique."""
    name: str
    phone: str | None
    operator: bool
    """Whether this person runs the gateway: all organizations are open to it."""
    created_us: int
    disabled_us: int | None = None


class Account(User, frozen=True):
    """A person with what proves who it is; only signing in and signing up read it."""

    password_hash: str | None = None
    """Argon2id."""

    def __repr__(self) -> str:
        """Name the person, and nothing that belongs to it alone."""
        return f"Account({self.id})"


class Member(msgspec.Struct, frozen=True):
    """A person's place in an organization."""

    organization_id: str
    user_id: str
    role: Role
    created_us: int


class Person(msgspec.Struct, frozen=True):
    """A member as it is shown: who it is, and its place."""

    user: User
    member: Member


class WorkspaceMember(msgspec.Struct, frozen=True):
    """A member's place in a workspace."""

    workspace_id: str
    user_id: str
    role: Role


class Invite(msgspec.Struct, frozen=True):
    """An invitation. Its code is known to the invited alone, or shown where nothing can send it."""

    id: str
    organization_id: str
    """`new`: an invitation to sign up with an organization of one's own."""
    email: str
    role: Role
    invited_by: str | None
    created_us: int
    expires_us: int
    accepted_us: int | None = None
    deleted_us: int | None = None


NEW_ORGANIZATION = "new"


class InviteStatus(StrEnum):
    """Where an invitation stands. The words are those of Claude's admin API."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    DELETED = "deleted"


class Invited(msgspec.Struct, frozen=True):
    """A new invitation. `shown_token` is there only where nothing could send it: pass it on by hand."""

    invite: Invite
    shown_token: str | None = None

    def __repr__(self) -> str:
        """Name the invitation without what opens it."""
        return f"Invited({self.invite.id})"


class Invitation(msgspec.Struct, frozen=True):
    """An invitation as the invited sees it."""

    invite: Invite
    organization_name: str | None
    """None: it invites to sign up with an organization of one's own."""
    has_account: bool
    """Whether the address has an account here already, whose password accepts it."""


class SignUpStatus(StrEnum):
    """Where a sign-up stands."""

    VERIFYING = "verifying"
    """Codes were sent; not all are confirmed."""
    WAITING = "waiting"
    """An administrator has to approve it."""
    APPROVED = "approved"
    DECLINED = "declined"


class SignUp(msgspec.Struct, frozen=True):
    """A sign-up as whoever approves sees it."""

    id: str
    kind: Kind
    organization_name: str
    name: str
    email: str
    phone: str | None
    purpose: str
    status: SignUpStatus
    address: str
    """Where it came from."""
    organization_id: str | None
    """What was made of it."""
    reason: str | None
    """Why it was declined."""
    created_us: int
    decided_us: int | None = None
    decided_by: str | None = None


class Application(msgspec.Struct, frozen=True):
    """What somebody who signs up fills in. It is checked by `SignUps.start`."""

    kind: Kind
    organization_name: str
    """May be empty for an individual: then it is the person's name."""
    name: str
    email: str
    purpose: str
    password: str
    country: str = ""
    """An ISO code, such as CN: it decides whether a phone number is asked for."""
    phone: str | None = None
    """E.164, such as +8613800138000."""
    invitation: str | None = None
    """The token of an invitation, where only the invited may sign up."""

    def __repr__(self) -> str:
        """Say nothing of the password."""
        return f"Application({self.kind})"


class Channel(StrEnum):
    """What a code proves."""

    EMAIL = "email"
    PHONE = "phone"


class SignUpStep(msgspec.Struct, frozen=True):
    """Where a sign-up stands, as the one who signs up is told. It is the same for addresses that are known and that are not."""

    sign_up_id: str
    waits_for: Channel | None
    """The code that is to be confirmed next, None: all are."""
    status: SignUpStatus
    organization_id: str | None = None
    """Once it is there."""


class ShownCode(msgspec.Struct, frozen=True):
    """A code that nothing could send: `yumen signups` shows it, and somebody passes it on."""

    subject: str
    channel: Channel
    code: str
    expires_us: int

    def __repr__(self) -> str:
        """Name whose code it is, not the code."""
        return f"ShownCode({self.subject}, {self.channel})"


class Plan(msgspec.Struct, frozen=True):
    """A named set of limits, and what an organization on it may have."""

    name: str
    limits: tuple[Limit, ...]
    isolation: bool
    """Whether its organizations may be isolated and have a policy of their own."""
    description: str
    description_zh: str


class WantedLimit(msgspec.Struct, frozen=True):
    """A limit that is asked for, and whose: an organization's, a workspace's or a key's."""

    scope: Scope
    limit: Limit


class Wanted(msgspec.Struct, frozen=True):
    """What a request for more asks for, or what was approved of it."""

    limits: tuple[WantedLimit, ...] = ()
    isolation: bool = False
    policy: str | None = None
    """The name of a content policy that it shall be under."""


class RequestStatus(StrEnum):
    """Where a request for more stands."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"


class IncreaseRequest(msgspec.Struct, frozen=True):
    """A member's request for more."""

    id: str
    organization_id: str
    user_id: str | None
    wanted: Wanted
    reason: str
    status: RequestStatus
    answer: str | None
    """What the operator said."""
    created_us: int
    decided_us: int | None = None
    decided_by: str | None = None


class SignedIn(msgspec.Struct, frozen=True):
    """An open session: a short-lived admin key, its text shown this once."""

    key: str
    key_id: str
    expires_us: int
    user: User
    organization_id: str
    role: Role

    def __repr__(self) -> str:
        """Name the key, not its text."""
        return f"SignedIn({self.key_id})"


class SecondStep(msgspec.Struct, frozen=True):
    """The password was right, and a code of the second factor is to come: with it the token opens a session."""

    token: str
    expires_us: int

    def __repr__(self) -> str:
        """Say nothing of the token."""
        return f"SecondStep({self.expires_us})"


class Unproved(msgspec.Struct, frozen=True):
    """A provider vouches for the address of an account that has a password: that proves once that both are the same person's.

    With the token the account is tied to the provider.
    """

    token: str
    email: str
    user_id: str

    def __repr__(self) -> str:
        """Say nothing of the token."""
        return f"Unproved({self.user_id})"


class Enrolment(msgspec.Struct, frozen=True):
    """A second factor that is still to be confirmed: its secret, and the address that an app reads from a picture."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        """Say nothing of the secret."""
        return "Enrolment()"


class FactorState(msgspec.Struct, frozen=True):
    """Where somebody's second factor stands."""

    since_us: int | None
    """None: there is none."""
    recovery_codes: int
    """How many are left."""


class OpenSession(msgspec.Struct, frozen=True):
    """A session as its owner sees it."""

    key_id: str
    organization_id: str
    role: Role
    created_us: int
    expires_us: int
    address: str | None
    """Where it was opened from; None: unknown."""
    seen_us: int | None
    """When it was used last, to a few minutes."""
    current: bool
    """Whether it is the one that asks."""


class OwnPlace(msgspec.Struct, frozen=True):
    """An organization that somebody can work in."""

    organization: Organization
    role: Role
    current: bool


class SignUpTerms(msgspec.Struct, frozen=True):
    """How sign-ups are taken; made of the operator's settings."""

    mode: str = "closed"
    """`closed`, `invitation` or `open`."""
    approval: bool = False
    phone_required: tuple[str, ...] = ()
    plan: str = "trial"
    code_us: int = 600_000_000
    code_tries: int = 5
    codes_per_hour: int = 5
