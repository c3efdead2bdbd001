"""Content policies: what applies, the documents and their versions, trying one out, and what was found."""

from __future__ import annotations

from yumen.console.pages.page import Page
from yumen.console.pages.policies import editing, found, listing, one, replay
from yumen.organizations.permissions import Action

PAGES = (
    Page(path="/policies", access=Action.POLICY_READ, show=listing.show),
    # No policy's name begins with an underscore.
    Page(path="/policies/_new", access=Action.POLICY_UPDATE, show=editing.show, submit=editing.submit),
    Page(path="/policies/_found", access=Action.POLICY_READ, show=found.show),
    Page(path="/policies/_found/{request_id}", access=Action.POLICY_READ, show=found.show_request),
    Page(path="/policies/_replay", access=Action.POLICY_READ, show=replay.show, submit=replay.submit),
    Page(path="/policies/{policy}", access=Action.POLICY_READ, show=one.show, submit=one.submit),
)

__all__ = ["PAGES"]
