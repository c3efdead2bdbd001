"""Requests: the ledger with its filters, live, exported; and one request's life."""

from yumen.console.pages.requests import listing, one

PAGES = (*listing.PAGES, *one.PAGES)

__all__ = ["PAGES"]
