"""What goes wrong with pages, beyond what goes wrong with the operations that they call."""

from __future__ import annotations

from yumen.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated


class ForeignForm(Forbidden):
    """This form is out of date, or comes from elsewhere: load the page again and repeat what you did."""

    chinese = "表单已过期或来自其他网站：请刷新页面后重试。"


class SessionEnded(Unauthenticated):
    """Your session has ended: sign in again."""

    chinese = "会话已结束：请重新登录。"


class NoSuchPage(NotFound):
    """There is no such page."""

    chinese = "没有这个页面。"


class PasswordsDiffer(InvalidRequest):
    """The two passwords are not the same: type the new one again, twice."""

    chinese = "两次输入的密码不一致：请重新输入新密码，共两次。"
