"""Workspaces: the list, making one, and one with its keys, members, limits and usage."""

from yumen.console.pages.workspaces import listing, one

PAGES = (*listing.PAGES, *one.PAGES)

__all__ = ["PAGES"]
