"""The operator's desks: organizations, sign-ups, requests for more, and plans."""

from yumen.console.pages.desks import increases, organization, organizations, plans, sign_ups

PAGES = (*organizations.PAGES, *organization.PAGES, *sign_ups.PAGES, *increases.PAGES, *plans.PAGES)

__all__ = ["PAGES"]
