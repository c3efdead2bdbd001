"""What the library says of retries and of limits of its own, in Chinese."""

from __future__ import annotations

CALLS = {
    "Retry: attempts is at least 1, the first one": "Retry:attempts 至少为 1（即第一次尝试）",
    "Retry: wait_min is not negative, and not above wait_max": "Retry:wait_min 不得为负，也不得大于 wait_max",
    "Limit: {name} is above 0": "Limit:{name} 必须大于 0",
    'Limit: {name} is an amount in US dollars above 0, such as "12.50" or Decimal("12.50")': (
        'Limit:{name} 是大于 0 的美元金额，例如 "12.50" 或 Decimal("12.50")'
    ),
    "the price of {model} is not known, so the limit {limit} cannot count it": "不知道 {model} 的价格，限额 {limit} 无法计算它",
    "the limits of {limit} had no room within {seconds} s": "{limit} 的限额在 {seconds} 秒内没有空位",
    "the limits cannot be counted, so the call was not sent: {reason}": "无法计算限额，因此没有发出调用：{reason}",
    "this call asks for more than the limit {limit} ever holds": "此调用所需超过限额 {limit} 的总量",
    "the limit {limit} has no room, and the call does not wait for it": "限额 {limit} 已满，此调用不等待",
    "the limit {limit} has no room for another {seconds} s, and the call does not wait for it": (
        "限额 {limit} 在 {seconds} 秒内没有空位，此调用不等待"
    ),
}
