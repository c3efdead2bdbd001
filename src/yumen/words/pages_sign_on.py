"""Single sign-on in the console, in Chinese."""

from __future__ import annotations

SIGN_ON: dict[str, str] = {
    "or": "或",
    "Sign in with {name}": "使用 {name} 登录",
}
