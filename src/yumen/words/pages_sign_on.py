"""Single sign-on in the console, in Chinese."""

from __future__ import annotations

SIGN_ON: dict[str, str] = {
    "or": "或",
    "This address has an account here already: sign in with its password once, and your company's account will do from then on.": (
        "该邮箱已有账号：请先用密码登录一次，此后即可使用公司账号直接登录。"
    ),
    "From now on you can sign in without your password.": "此后您无需密码即可登录。",
    "Sign in with {name}": "使用 {name} 登录",
}
