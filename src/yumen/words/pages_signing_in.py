"""What the pages of signing in and of the own account say, in Chinese."""

from __future__ import annotations

SIGNING_IN: dict[str, str] = {
    "Sign in": "登录",
    "E-mail": "邮箱",
    "Password": "密码",
    "You are signed out.": "您已退出登录。",
}
