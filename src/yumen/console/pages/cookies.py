"""The console's cookies: who is signed in, which browser it is, and how it likes to read."""

from __future__ import annotations

import secrets
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SESSION = "__Host-yumen-session"
"""The text of the session's key, which the operations ask for their rights: an admin key of twelve hours."""
BROWSER = "__Host-yumen-browser"
"""Chance that ties a form to the browser that was shown it, signed in or not."""
ORGANIZATION = "__Host-yumen-organization"
"""The organization that an operator looks at; nobody else's is read."""
LANGUAGE = "__Host-yumen-language"
THEME = "__Host-yumen-theme"
NOTICE = "__Host-yumen-notice"
"""A sentence for the next page, once."""
TRIP = "__Host-yumen-trip"
"""The way to a provider of single sign-on and back."""
TRIP_S = 600
SECOND_STEP = "__Host-yumen-second-step"
"""What the password gave where a second factor is to follow."""
SECOND_STEP_S = 300
TIE = "__Host-yumen-tie"
"""What ties an account to a provider of single sign-on, once its password was given."""
YEAR_S = 365 * 86_400
NOTICE_S = 60
MAX_COOKIE = 2048
TOKEN_HEADER = "x-csrf-token"  # noqa: S105  (a header's name)
TOKEN_FIELD = "csrf"  # noqa: S105  (a field's name)


class Jar(msgspec.Struct):
    """What cookies a request brought, and what its answer shall set (None: delete)."""

    brought: dict[str, str]
    sets: dict[str, tuple[str | None, int | None]]

    def get(self, name: str) -> str | None:
        """Return a cookie's value as it will be after this answer."""
        if name in self.sets:
            return self.sets[name][0]
        return self.brought.get(name)

    def set(self, name: str, value: str, seconds: int | None = None) -> None:
        """Set a cookie; without seconds, until the browser is closed."""
        self.sets[name] = (value, seconds)

    def drop(self, name: str) -> None:
        """Delete a cookie."""
        self.sets[name] = (None, 0)

    def token(self) -> str:
        """Return what a form of this browser, in this session, must send with it."""
        browser = self.get(BROWSER)
        if browser is None:
            browser = secrets.token_urlsafe(24)
            self.set(BROWSER, browser)
        return sha256(f"{browser} {self.brought.get(SESSION, '')}".encode()).hexdigest()[:40]

    def accepts(self, token: str) -> bool:
        """Whether a form that came with that token was shown to this browser, in this session."""
        return self.brought.get(BROWSER) is not None and compare_digest(self.token().encode(), token.encode())

    def write(self, response: Response) -> None:
        """Put what is set onto an answer."""
        for name, (value, seconds) in self.sets.items():
            if value is None:
                response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
            else:
                response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def jar_of(request: Request) -> Jar:
    """Return a request's cookies; one that is too long is none."""
    return Jar({name: value for name, value in request.cookies.items() if len(value) <= MAX_COOKIE}, {})
