"""Conversations that the gateway keeps: found, read, exported, copied and deleted; and what is kept of one request."""

from __future__ import annotations

from yumen.console.pages.conversations import content, listing, one
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

PAGES = (
    Page(path="/conversations", access=Action.CONVERSATION_READ, show=listing.show),
    Page(path="/conversations/{session_id}", access=Action.CONVERSATION_READ, show=one.show, submit=one.submit),
    Page(path="/conversations/{session_id}/export", access=Action.CONVERSATION_READ, show=one.export),
    Page(path="/requests/{request_id}/content", access=Action.CONTENT_READ, show=content.show),
)

__all__ = ["PAGES"]
