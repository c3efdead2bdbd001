"""The overview: what was used, what it cost and how it went, over time and live; what is close to its limit, and what changed."""

from yumen.console.pages.overview import page

PAGES = page.PAGES

__all__ = ["PAGES"]
