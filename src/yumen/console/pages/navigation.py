"""The menu: which pages stand in it, under which heading, and who sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.pages.visit import Visit


class Entry(msgspec.Struct, frozen=True):
    """A line of the menu."""

    label: str
    """In English; its twin stands in `words/pages.py`."""
    path: str
    icon: str
    action: Action


class Section(msgspec.Struct, frozen=True):
    """A part of the menu with its heading; an empty one has none."""

    heading: str
    entries: tuple[Entry, ...]


MENU = (
    Section(
        "",
        (
            Entry("Get started", "/welcome", "flag", Action.API_KEY_CREATE),
            Entry("Overview", "/overview", "gauge", Action.USAGE_READ),
            Entry("API keys", "/keys", "key", Action.API_KEY_READ),
            Entry("Requests", "/requests", "list", Action.REQUEST_READ),
            Entry("Playground", "/playground", "play", Action.PLAYGROUND_USE),
            Entry("Conversations", "/conversations", "talk", Action.CONVERSATION_READ),
        ),
    ),
    Section(
        "Organization",
        (
            Entry("Workspaces", "/workspaces", "boxes", Action.WORKSPACE_READ),
            Entry("Limits", "/limits", "limit", Action.LIMIT_READ),
            Entry("Members", "/members", "people", Action.MEMBER_READ),
            Entry("Policies", "/policies", "shield", Action.POLICY_READ),
            Entry("Alerts", "/alerts", "bell", Action.ALERT_READ),
            Entry("Audit log", "/audit", "book", Action.AUDIT_READ),
            Entry("Settings", "/settings", "gear", Action.ORGANIZATION_READ),
        ),
    ),
    Section(
        "Gateway",
        (
            Entry("Organizations", "/organizations", "building", Action.ORGANIZATIONS_LIST),
            Entry("Sign-ups", "/sign-ups", "door", Action.SIGN_UP_READ),
            Entry("Requests for more", "/increases", "up", Action.INCREASE_DECIDE),
            Entry("Plans", "/plans", "layers", Action.PLAN_UPDATE),
            Entry("Upstreams", "/upstreams", "cloud", Action.UPSTREAM_READ),
            Entry("Secrets", "/secrets", "lock", Action.SECRET_READ),
            Entry("System", "/system", "pulse", Action.SYSTEM_READ),
        ),
    ),
)


class Line(msgspec.Struct, frozen=True):
    """An entry as it stands in a page."""

    entry: Entry
    here: bool


def menu_of(visit: Visit) -> list[tuple[str, list[Line]]]:
    """Return the menu as the visitor may see it."""
    shown = [(section.heading, lines_of(section, visit)) for section in MENU]
    return [(heading, lines) for heading, lines in shown if lines]


def lines_of(section: Section, visit: Visit) -> list[Line]:
    """Return a section's entries as the visitor may see them."""
    at = visit.request.url.path
    return [Line(entry, at == entry.path or at.startswith(f"{entry.path}/")) for entry in section.entries if visit.may(entry.action)]
