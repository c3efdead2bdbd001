"""The ways in for those who have no account yet: the first administrator, signing up, and invitations."""

from yumen.console.pages.entering import accept, set_up, sign_up

PAGES = (*set_up.PAGES, *sign_up.PAGES, *accept.PAGES)

__all__ = ["PAGES"]
