"""API keys: all of them, a new one, and one's facts, restrictions, limits and callers."""

from yumen.console.pages.keys import admin, changing, listing, making, one

PAGES = (*listing.PAGES, *making.PAGES, *admin.PAGES, *one.PAGES, *changing.PAGES)

__all__ = ["PAGES"]
