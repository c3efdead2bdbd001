"""Signing in and out, the way back for whoever forgot the password, and the own account."""

from yumen.console.pages.signing_in import account, forgotten, second_factor, sign_in

PAGES = (*sign_in.PAGES, *forgotten.PAGES, *account.PAGES, *second_factor.PAGES)

__all__ = ["PAGES"]
