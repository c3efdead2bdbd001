"""Single sign-on in the console, in Chinese."""

from __future__ import annotations

SIGN_ON: dict[str, str] = {
    "or": "或",
    "This address has an account here already: sign in with its password once, and your company's account will do from then on.": (
        "该邮箱已有账号：请先用密码登录一次，此后即可使用公司账号直接登录。"
    ),
    "Company accounts": "公司账号",
    "Company account": "公司账号",
    "With them you can sign in here without your password. Your second factor is asked for all the same.": (
        "您可以用公司账号登录，无需密码；如已启用两步验证，仍须输入验证码。"
    ),
    "Connected since": "关联时间",
    "Known there as": "该处的用户标识",
    "Disconnect": "解除关联",
    "Disconnect it": "解除关联",
    "Disconnect {name}?": "解除与 {name} 的关联？",
    "From then on it no longer signs you in here.": "此后将无法再用它登录。",
    "your only way in": "唯一登录方式",
    "Connect {name}": "关联 {name}",
    "You no longer sign in that way.": "已解除关联。",
    "From now on you can sign in without your password.": "此后您无需密码即可登录。",
    "Sign in with {name}": "使用 {name} 登录",
}
