"""What may stand in the fields that people fill in, and what follows from roles, limits and times: a fault, or None. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import msgspec

from yumen.keys.values import ENVIRONMENTS, Role
from yumen.limits.values import MAX_WAIT_MS, PERIODS, Limit, ScopeKind, most_of
from yumen.organizations import faults
from yumen.organizations.calling_codes import PREFIXES, belongs, countries_of
from yumen.organizations.rows import SECRET_FIELDS
from yumen.organizations.values import MEMBER_ROLES, InviteStatus
from yumen.organizations.values import Kind as Applicant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.errors import Fault
    from yumen.organizations.values import Application, Invite, Member, Wanted, Workspace

Found = type["Fault"] | None

MAX_NAME = 200
MAX_TEXT = 2000
MAX_EMAIL = 254
PASSWORD_CHARACTERS = range(12, 257)
ASKABLE = frozenset({ScopeKind.ORGANIZATION, ScopeKind.WORKSPACE, ScopeKind.KEY})
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\.]+(?:\.[^\s@<>,;:\"()\[\]\\.]+)*")
_PLAN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")


# ── single fields ───────────────────────────────────────────────────────────


def tidy_email(text: str) -> str:
    """Return a mail address as it is kept and compared."""
    return text.strip().lower()


def email_fault(email: str) -> Found:
    """Judge a tidy mail address."""
    return None if len(email) <= MAX_EMAIL and email.isprintable() and _EMAIL.fullmatch(email) else faults.WrongEmail


def name_fault(name: str) -> Found:
    """Judge the name of a person, an organization or a workspace."""
    return None if name.strip() and len(name) <= MAX_NAME and name.isprintable() else faults.WrongName


def text_fault(text: str, fault: type[Fault]) -> Found:
    """Judge a statement in prose; line breaks may stand in it."""
    plain = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    return None if text.strip() and len(text) <= MAX_TEXT and plain.isprintable() else fault


def password_fault(password: str) -> Found:
    """Judge a new password by its length: what else is asked of passwords makes them no better."""
    return None if len(password) in PASSWORD_CHARACTERS else faults.WeakPassword


def time_zone_fault(name: str) -> Found:
    """Judge a time zone."""
    return None if name == "UTC" or name in time_zones() else faults.WrongTimeZone


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones that this machine knows."""
    return frozenset(available_timezones())


def environment_fault(name: str) -> Found:
    """Judge an environment."""
    return None if name in ENVIRONMENTS else faults.WrongEnvironment


def role_fault(role: Role) -> Found:
    """Judge a member's role."""
    return None if role in MEMBER_ROLES else faults.WrongRole


def plan_name_fault(name: str) -> Found:
    """Judge the name of a plan."""
    return None if _PLAN.fullmatch(name) else faults.WrongPlanName


# ── sign-ups ────────────────────────────────────────────────────────────────


def application_fault(application: Application, phone_required: Sequence[str]) -> Found:
    """Judge what somebody who signs up filled in: the first thing that will not do."""
    named = application.organization_name or (application.name if application.kind is Applicant.INDIVIDUAL else "")
    return (
        name_fault(application.name)
        or name_fault(named)
        or email_fault(tidy_email(application.email))
        or text_fault(application.purpose, faults.WrongPurpose)
        or password_fault(application.password)
        or phone_fault(application.country, application.phone, phone_required)
    )


def phone_fault(country: str, phone: str | None, required: Sequence[str]) -> Found:
    """Judge country and phone number together."""
    if country not in PREFIXES and (country or required):
        return faults.WrongCountry
    if phone is None:
        return faults.PhoneNeeded if needs_phone(country, None, required) else None
    fits = belongs(phone, country) if country else bool(countries_of(phone))
    return None if fits else faults.WrongPhone


def needs_phone(country: str, phone: str | None, required: Sequence[str]) -> bool:
    """Whether a sign-up needs a verified number: by its country, or by the number's own."""
    return "*" in required or country in required or (phone is not None and not countries_of(phone).isdisjoint(required))


# ── members, workspaces, invitations ────────────────────────────────────────


def leaves_owner(members: Iterable[Member], user_id: str) -> bool:
    """Whether an owner remains when this member is one no longer."""
    return any(member.role is Role.OWNER and member.user_id != user_id for member in members)


def is_first(workspaces: Iterable[Workspace], workspace: Workspace) -> bool:
    """Whether a workspace is the first of its environment, which is there from the start."""
    return min((each.created_us, each.id) for each in workspaces if each.environment == workspace.environment)[1] == workspace.id


def invite_status(invite: Invite, now_us: int) -> InviteStatus:
    """Say where an invitation stands."""
    if invite.accepted_us is not None:
        return InviteStatus.ACCEPTED
    if invite.deleted_us is not None:
        return InviteStatus.DELETED
    return InviteStatus.PENDING if now_us < invite.expires_us else InviteStatus.EXPIRED


# ── limits ──────────────────────────────────────────────────────────────────


def limits_fault(limits: Sequence[Limit]) -> Found:
    """Judge the limits of one place."""
    kinds = {limit.kind for limit in limits}
    return None if len(kinds) == len(limits) and all(map(fits, limits)) else faults.WrongLimit


def fits(limit: Limit) -> bool:
    """Whether a limit can be counted, and waited for as long as it says; a period's end is too far to wait for."""
    most_ms = 0 if limit.kind in PERIODS else MAX_WAIT_MS
    return 1 <= limit.value <= most_of(limit.kind) and 0 <= limit.wait_ms <= most_ms


def wanted_fault(wanted: Wanted) -> Found:
    """Judge what a request for more asks for; whether the places are the organization's own is for whoever can look."""
    if not wanted.limits and not wanted.isolation and wanted.policy is None:
        return faults.NothingWanted
    if any(each.scope.kind not in ASKABLE for each in wanted.limits):
        return faults.WrongScope
    if wanted.policy is not None and name_fault(wanted.policy):
        return faults.WrongName
    scopes = {each.scope for each in wanted.limits}
    found = (limits_fault([each.limit for each in wanted.limits if each.scope == scope]) for scope in scopes)
    return next((fault for fault in found if fault is not None), None)


# ── the audit log ───────────────────────────────────────────────────────────


def told(record: msgspec.Struct | None) -> dict[str, Any] | None:
    """Return what the audit log is told of a record: its fields as plain values, and nothing secret."""
    if record is None:
        return None
    values = {name: getattr(record, name) for name in record.__struct_fields__ if name not in SECRET_FIELDS}
    plain: dict[str, Any] = msgspec.to_builtins(values)
    return plain


def difference(before: msgspec.Struct, after: msgspec.Struct) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what of a record changed: before and after."""
    old, new = told(before) or {}, told(after) or {}
    names = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in names}, {name: new[name] for name in names}
