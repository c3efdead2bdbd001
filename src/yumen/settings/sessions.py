"""Stored conversations: how long they are kept, how large they may become, and what happens where one fills the model's window."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from yumen.settings.says import Seconds, says


class Sessions(msgspec.Struct, frozen=True):
    """Conversations that the gateway stores for callers who name them in `x-yumen-session`."""

    keep_days: Annotated[
        int,
        says(
            "a conversation that was not used for so many days is deleted; 0: none is stored",
            "多少天未使用的对话将被删除；0 表示不存储任何对话",
            at_least=0,
        ),
    ] = 30
    when_full: Annotated[
        Literal["refuse", "drop"],
        says(
            "when a conversation no longer fits the model's window: `refuse` the turn, or `drop` the oldest whole turns from what is sent",
            "对话超出模型上下文窗口时：拒绝该轮（`refuse`），或不再发送最早的完整轮次（`drop`）",
        ),
    ] = "refuse"
    cache: Annotated[
        bool,
        says(
            "let Claude cache the prompt (a top-level `cache_control`) where a request of a session marks nothing itself",
            "对话请求自身没有缓存标记时，由网关加上顶层 `cache_control`，让 Claude 缓存提示",
        ),
    ] = True
    turns: Annotated[int, says("the turns of one conversation", "一个对话的最多轮数", at_least=1)] = 10_000
    lease_s: Annotated[
        Seconds,
        says("a turn whose process died holds up the next one for so long", "所在进程已崩溃的一轮，会让下一轮等待多久", at_least=1),
    ] = 15.0
