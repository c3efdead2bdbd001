"""What is written down of requests whose key asks for it: for how long, how much, and within which memory."""

from __future__ import annotations

from typing import Annotated

import msgspec

from yumen.settings.says import says


class Contents(msgspec.Struct, frozen=True):
    """What was asked and answered, for keys with `--content errors` or `all` (docs/content.md)."""

    keep_days: Annotated[
        int,
        says(
            "content is deleted after so many days; 0: none is ever kept, whatever keys say",
            "内容保留多少天；0 表示从不保留，无论密钥如何设置",
            at_least=0,
        ),
    ] = 30
    request_kb: Annotated[
        int, says("so much of a request is kept; the rest is cut off", "每个请求最多保留多少 KB，其余截去", at_least=1)
    ] = 256
    answer_kb: Annotated[
        int, says("so much of an answer is kept; the rest is cut off", "每个应答最多保留多少 KB，其余截去", at_least=1)
    ] = 256
    buffered_mb: Annotated[
        int,
        says(
            "the memory for content that is not written yet; beyond it content is dropped, and counted",
            "尚未写入的内容可占用的内存；超出则丢弃并计数",
            at_least=1,
        ),
    ] = 32
