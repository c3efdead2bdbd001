"""The one table of the console's pages. Routes and rights come from it, and a test walks all of it as every role."""

from __future__ import annotations

from yumen.console.pages import entering, home, keys, members, playground, signing_in, single_sign_on, welcome

PAGES = (
    *home.PAGES,
    *entering.PAGES,
    *signing_in.PAGES,
    *single_sign_on.PAGES,
    *welcome.PAGES,
    *members.PAGES,
    *keys.PAGES,
    *playground.PAGES,
)
