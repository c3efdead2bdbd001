"""What `yumen logs explain` says, and what is said of prices that will not do, in Chinese."""

from __future__ import annotations

EXPLAINED = {
    "{id}: {method} {path}, {time}": "{id}:{method} {path},{time}",
    "It stands for a whole batch: what its results used, each at its own price, written when it had ended.": (
        "此条目代表整个批处理：各结果的用量按各自价格计算，批处理结束后写入。"
    ),
    "It stands for {count} refusals that came too fast to be written one by one.": "此条目代表 {count} 次过快的拒绝，未逐条记录。",
    "It asked {model}; its prompt had {characters} characters ({bytes} bytes).": (
        "请求模型 {model}；提示词 {characters} 个字符（{bytes} 字节）。"
    ),
    "It was turn {number} of the session {name} ({state}).": "这是对话 {name} 的第 {number} 轮（{state}）。",
    "ms": "毫秒",
    "what happened": "事件",
    "took ms": "用时（毫秒）",
    "it came from {caller} by key {key} ({key_id}, {environment})": "来自 {caller}，使用密钥 {key}（{key_id}，{environment}）",
    "it came by key {key} ({key_id}, {environment})": "使用密钥 {key}（{key_id}，{environment}）",
    "its body was here": "请求体已收完",
    "it waited for room in {limit}": "等待限额 {limit} 有空位",
    "{limit} had no room": "限额 {limit} 没有空位",
    "it was admitted": "已通过限额",
    "policy: {note}": "内容策略：{note}",
    "attempt {number} at {upstream}, which is asked for {model}": "第 {number} 次尝试：发往 {upstream}，请求模型 {model}",
    "{count} attempts stand here that the journal had no room for": "此处另有 {count} 次尝试，日志行放不下",
    "status {status}": "状态码 {status}",
    "no status: {fault}": "没有状态码：{fault}",
    "a pause before the next attempt": "下次尝试前的等待",
    "its answer is that of {request}": "应答取自请求 {request}",
    "the answer's first byte left": "应答的首字节发出",
    "it ended": "结束",
    "it is an answer": "这是应答",
    "another attempt would bring the same error": "再试也会得到同样的错误",
    "the upstream's money or quota is used up, or it says that nobody should try again": "上游的额度或配额已用尽，或上游要求不再重试",
    "the upstream limits us for a while": "上游暂时限流",
    "the upstream is overloaded, or has an error of its own": "上游过载或自身出错",
    "the request did not wholly reach the upstream, so that nothing can have been charged": "请求没有完整到达上游，不可能产生费用",
    "the upstream did not accept the credential": "上游不接受此凭据",
    "it was sent and no answer came: the upstream may have charged it, and it is not sent twice": (
        "已发出但没有应答：上游可能已计费，不再发送第二次"
    ),
    "it was sent and no answer came, and retry.resend_lost says to send it again: the upstream may have charged twice": (
        "已发出但没有应答，按 retry.resend_lost 再次发送：上游可能计费两次"
    ),
    "as many attempts were made as retry.attempts allows": "已达到 retry.attempts 允许的尝试次数",
    "the caller would be gone before another attempt could begin": "下次尝试开始前调用方就会离开",
    "too many requests are being retried at that upstream already": "该上游正在重试的请求已过多",
    "the body has passed through and cannot be sent again": "请求体已直接转发，无法再次发送",
    "the caller has seen the answer's beginning": "调用方已看到应答的开头",
    "the caller gets it": "交给调用方",
    "so again at the same upstream": "因此在同一上游再试",
    "so at another upstream": "因此改用另一上游",
    "no further attempt": "不再尝试",
    "The gateway itself took {us} µs.": "网关自身用时 {us} 微秒。",
    "from the body's end to the first attempt, without waiting": "从请求体收完到第一次尝试（不含等待）",
    "between attempts, without the pauses": "两次尝试之间（不含停顿）",
    "from the answer's head to its first byte": "从应答头到首字节",
    "handing it over, and what cannot be told apart": "交付请求，以及无法细分的部分",
    "It was answered to the end with status {status}.": "已完整应答，状态码 {status}。",
    "The gateway refused it with status {status}; nothing was sent upstream, nothing is charged.": (
        "被网关拒绝，状态码 {status}；没有发往上游，不计费。"
    ),
    "The upstream answered with an error, status {status}, for which it charges nothing.": (
        "上游以错误应答，状态码 {status}；此应答不计费。"
    ),
    "{count} attempts, which the gateway of then did not write one by one": "{count} 次尝试（当时的网关未逐次记录）",
    "The upstream could not be reached, did not answer in time, or answered rubbish; the caller got status {status}.": (
        "上游无法连接、超时或应答不合法；调用方得到状态码 {status}。"
    ),
    "The answer began and did not reach its end; what was seen of it is charged.": "应答开始后没有完整结束；按已见部分计费。",
    "The caller left before the end; what was seen of the answer is charged.": "调用方在结束前断开；按应答的已见部分计费。",
    "The caller left; the answer was read to its end all the same, with status {status}, and is charged.": (
        "调用方已断开；应答仍被读完，状态码 {status}，照常计费。"
    ),
    "It got the answer of an earlier request with the same idempotency key; nothing was sent, nothing is charged.": (
        "得到同一幂等键的先前请求的应答；没有发往上游，不计费。"
    ),
    "The gateway died while it was open; what it may have cost is an estimate.": "请求未结束时网关意外终止；费用为估计值。",
    "{model} answered and stopped because of {reason}.": "由 {model} 应答，停止原因 {reason}。",
    "The upstream knows it as {id}.": "在上游的编号为 {id}。",
    "{count} tokens of input × {price} {currency} a million": ("输入 {count} token × 每百万 {price} {currency}"),
    "{count} tokens of output × {price} {currency} a million": ("输出 {count} token × 每百万 {price} {currency}"),
    "{count} tokens read from the cache × {price} {currency} a million": ("读缓存 {count} token × 每百万 {price} {currency}"),
    "{count} tokens written to the cache for 5 minutes × {price} {currency} a million": (
        "写 5 分钟缓存 {count} token × 每百万 {price} {currency}"
    ),
    "{count} tokens written to the cache for 1 hour × {price} {currency} a million": (
        "写 1 小时缓存 {count} token × 每百万 {price} {currency}"
    ),
    "{count} web searches × {price} {currency} a million": ("网页搜索 {count} 次 × 每百万次 {price} {currency}"),
    "{count} tokens: {name}": "{count} token:{name}",
    "no price is known of {model} at {upstream}": "不知道 {model} 在 {upstream} 的价格",
    "one {currency} counts {rate} dollars": "1 {currency} 按 {rate} 美元计",
    "µ$": "微美元",
    "for what": "项目",
    "µs": "微秒",
    "in the gateway's own hands": "网关自身的用时",
    "{limit} of the organization": "组织的 {limit}",
    "{limit} of the workspace": "工作区的 {limit}",
    "{limit} of the key": "密钥的 {limit}",
    "{limit} of the member": "成员的 {limit}",
    "{limit} of the label": "成本标签的 {limit}",
    "{what} – {why}; {step}": "{what}:{why};{step}",
    "an attempt at {upstream} was lost and sent again: its {count} tokens of input may be charged too": (
        "在 {upstream} 的一次尝试没有应答并被再次发送：其输入 {count} token 也可能被计费"
    ),
    "The tokens are the gateway's estimate, or a part of them is: the upstream's last word on them never came.": (
        "token 数（或其中一部分）为网关的估计：上游没有给出最终用量。"
    ),
    "Computed anew it is {now} µ$; what was written, {then} µ$, counts: prices or rates have changed, or parts were rounded.": (
        "重新计算为 {now} 微美元；以写入的 {then} 微美元为准：价格或汇率已变，或各部分分别取整。"
    ),
    "It cost {cost} (prices: {version}).": "费用 {cost}（价格版本：{version}）。",
    "the prices of {upstream} are in {currency}: usd_per_unit must say its worth": (
        "{upstream} 的价格以 {currency} 计：必须用 usd_per_unit 写明其折合美元的汇率"
    ),
    "usd_per_unit of {upstream} must be above 0": "{upstream} 的 usd_per_unit 必须大于 0",
    "The sandbox answered: it is priced as the model is, and nobody pays it.": "由沙箱应答：按该模型的价格计算，无人付费。",
    "What went wrong ({fault}): {message}": "出错原因（{fault}）：{message}",
}
