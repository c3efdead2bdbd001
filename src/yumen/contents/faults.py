"""What people are told when there is nothing to read."""

from __future__ import annotations

from yumen.errors import Fault, NotFound


class NothingKept(NotFound):
    """Nothing is kept of this request: its key did not ask for it, it was long ago, or it was never sent."""

    chinese = "该请求未留存内容：其密钥未要求留存、时间过久，或请求未曾发出。"


class ContentBroken(Fault):
    """What is kept of this request does not open: it was changed, or comes from another database."""

    chinese = "该请求留存的内容无法打开：内容已被改动，或来自其他数据库。"
