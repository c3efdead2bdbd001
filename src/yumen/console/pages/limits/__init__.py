"""Limits: as they are and as they stand, setting them after a look at what they would have done, and asking for more."""

from yumen.console.pages.limits import asking, listing, setting

PAGES = (*listing.PAGES, *setting.PAGES, *asking.PAGES)

__all__ = ["PAGES"]
