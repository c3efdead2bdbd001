"""What one request asked and was answered, where its key let that be kept; looking is written into the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.conversations.said import pretty_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def show(visit: Visit) -> Response:
    """Show it."""
    kept = await visit.do("contents.retrieve", request_id=visit.path["request_id"])
    return await visit.show("conversations/content.html", kept=kept, request=pretty_text(kept.request), answer=pretty_text(kept.answer))
