"""What goes wrong with pages, beyond what goes wrong with the operations that they call."""

from __future__ import annotations

from yumen.errors import Forbidden


class ForeignForm(Forbidden):
    """This form is out of date, or comes from elsewhere: load the page again and repeat what you did."""

    chinese = "表单已过期或来自其他网站:请刷新页面后重试。"
