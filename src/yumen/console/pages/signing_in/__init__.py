"""Signing in and out, the way back for whoever forgot the password, and the own account."""

from yumen.console.pages.signing_in import sign_in

PAGES = (*sign_in.PAGES,)

__all__ = ["PAGES"]
