"""The one table of the console's pages. Routes and rights come from it, and a test walks all of it as every role."""

from __future__ import annotations

from yumen.console.pages import home, signing_in

PAGES = (*home.PAGES, *signing_in.PAGES)
