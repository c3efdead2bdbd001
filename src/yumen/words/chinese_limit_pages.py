"""What the console's forms of limits find wrong with what was sent, in Chinese."""

from __future__ import annotations

LIMIT_PAGES = {
    "the seconds to wait are a whole number, not {value}": "等待秒数应为整数，而不是 {value}",
    "choose what the limit shall be set on": "请选择限额的设置对象",
    "say what you need more of: a limit, isolation, or a policy": "请填写需要的内容：限额、隔离或内容策略",
}
