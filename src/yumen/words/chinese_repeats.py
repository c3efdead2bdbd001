"""What `yumen keys` says of callers that leave, in Chinese."""

from __future__ import annotations

REPEATS = {
    "when a caller leaves before its answer's end: cancel (without it, that), drain (read it to its end), or drain=30s at most": (
        "调用方在应答结束前断开时：cancel（默认，取消）、drain（读完应答），或 drain=30s（最多再读 30 秒）"
    ),
    "--on-leave takes cancel, drain or drain=DURATION such as drain=30s, not {value}": (
        "--on-leave 可用的值为 cancel、drain 或 drain=时长（如 drain=30s），{value} 不可用"
    ),
    "answers are read on for at most {limit} seconds after their caller has left": "调用方断开后，应答最多再读 {limit} 秒",
}
