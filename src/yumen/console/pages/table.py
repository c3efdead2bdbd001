"""The one table of the console's pages. Routes and rights come from it, and a test walks all of it as every role."""

from __future__ import annotations

from yumen.console.pages import (
    conversations,
    desks,
    entering,
    gateway,
    home,
    keys,
    limits,
    members,
    overview,
    playground,
    policies,
    requests,
    signing_in,
    single_sign_on,
    welcome,
    workspaces,
)

PAGES = (
    *home.PAGES,
    *entering.PAGES,
    *signing_in.PAGES,
    *single_sign_on.PAGES,
    *welcome.PAGES,
    *members.PAGES,
    *keys.PAGES,
    *limits.PAGES,
    *workspaces.PAGES,
    *overview.PAGES,
    *playground.PAGES,
    *requests.PAGES,
    *conversations.PAGES,
    *gateway.PAGES,
    *policies.PAGES,
    *desks.PAGES,
)
