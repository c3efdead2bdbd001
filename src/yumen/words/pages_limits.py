"""What the pages of limits say, in Chinese: the table, setting one, and asking for more."""

from __future__ import annotations

LIMITS: dict[str, str] = {
    "How fast, how much and for how much money Claude may be asked. Every limit that applies to a request must have room.": (
        "规定向 Claude 发送请求的速度、数量和金额。一个请求受到的所有限额都有余量时才会放行。"
    ),
    "Plan": "套餐",
    "Days and months are counted in {zone}.": "日和月按 {zone} 时区计算。",
    "Ask for more": "申请提额",
    "Set a limit": "设置限额",
    "Limit": "限额",
    "At most": "上限",
    "Used right now": "当前用量",
    "Comes from": "来源",
    "When it is reached": "达到上限时",
    "Actions": "操作",
    "for each class of models": "每类模型分别计算",
    "{used} used, {left} left": "已用 {used}，剩余 {left}",
    "all free again": "全部恢复：",
    "Nothing counted yet": "尚无计数",
    "after waiting up to {s} s": "最多等待 {s} 秒后",
    "Change": "更改",
    "Take away": "移除",
    "Take this limit away?": "取消这项限额？",
    "“{limit}” of {name} holds no longer, within a second. Wider limits hold on.": (
        "{name} 的“{limit}”将在一秒内失效。范围更大的限额继续生效。"
    ),
    "Take it away": "取消限额",
    "The plan": "套餐",
    "Set on the organization": "在组织上设置",
    "Set on the workspace": "在工作区上设置",
    "Set on the key": "在密钥上设置",
    "Set on the member": "在成员上设置",
    "Set on the cost centre": "在成本中心上设置",
    "Refuses": "拒绝请求",
    "Only watches": "仅观察",
    "Never passed": "绝不超出",
    "By what is expected": "按预期预留",
    "Whole organization": "整个组织",
    "Workspace": "工作区",
    "API key": "API 密钥",
    "Member": "成员",
    "Cost centre": "成本中心",
    "Limits of the whole organization are set by whoever runs the gateway.": "整个组织的限额由网关的运维者设置。",
    "No limits": "没有限额",
    "Nothing holds this organization back. Set a limit on a key or workspace, so that a mistake stays cheap.": (
        "该组织目前不受限制：套餐和成员都没有设置限额。建议在密钥或工作区上设置一项，以免一次失误造成高额费用。"
    ),
    "What the words mean": "名词解释",
    "Beyond the limit a request gets an error that says when to try again.": "超出限额的请求会收到错误，其中说明何时可以重试。",
    "It counts and reports, and lets everything pass: to see what a limit would do.": "只计数和报告，所有请求都放行：用于了解限额的效果。",
    "What each request will probably cost is set aside. Those under way when the limit is reached may pass it by a little.": (
        "为每个请求预留其预计费用。达到上限时仍在进行的请求可能略微超出。"
    ),
    "The most that each request can cost is set aside: nothing ever goes beyond, and big requests are refused earlier.": (
        "为每个请求预留其最高可能费用：绝不超出上限，但较大的请求会更早被拒绝。"
    ),
    "Each generation of Opus, Sonnet and Haiku has this much of its own. The fullest one is shown.": (
        "Opus、Sonnet、Haiku 的每一代各有这么多额度。此处显示用量最高的一类。"
    ),
    "The limit is gone: {limit}.": "限额已取消：{limit}。",
    "First see what it would have done in the last seven days; nothing changes before you say so.": (
        "先查看它在过去七天会产生的效果；在您确认之前不会有任何改变。"
    ),
    "On what": "设置对象",
    "Or on a cost centre": "或成本中心",
    "The label of keys that are counted together; it takes the place of what is chosen above.": (
        "合并计算的密钥所带的标签；填写后以它代替上面所选的对象。"
    ),
    "What is limited": "限额类型",
    "A whole number; for spend, US dollars such as 25.00.": "整数；消费限额填写美元金额，例如 25.00。",
    "More": "更多",
    "Refuse": "拒绝请求",
    "Only watch": "仅观察",
    "Watching counts and reports, and refuses nothing.": "仅观察时只计数和报告，不拒绝请求。",
    "Seconds to wait for room": "等待余量的秒数",
    "So long a request may wait instead of being refused. Not for days and months.": (
        "请求可在此时间内等待，而不是立即被拒绝。不适用于按日和按月的限额。"
    ),
    "Money is held for": "费用预留方式",
    "What a call will probably cost": "预计费用",
    "The most that it can cost": "最高可能费用",
    "Only for spend.": "仅用于消费限额。",
    "See what it would have done": "查看过去的效果",
    "In the last seven days it would have refused {requests} of {all} requests.": "过去七天的 {all} 个请求中，将有 {requests} 个被拒绝。",
    "In the last seven days it would have refused none of {all} requests.": "过去七天的 {all} 个请求都不会被拒绝。",
    "Counted exactly.": "精确计数。",
    "A lower bound: it was counted by the clock's minutes, while the gateway counts any sixty seconds.": (
        "至少这么多：此处按整分钟计算，而网关按任意 60 秒计算。"
    ),
    "An estimate: within a minute or an hour the ledger's sums are shared out by proportion.": (
        "估算值：一分钟或一小时之内的账本合计按比例分摊。"
    ),
    "The most that was used": "最高用量",
    "For the first time": "首次发生",
    "The worst moments": "最严重的时刻",
    "Used": "已用",
    "{n} further busy hours were not looked at.": "另有 {n} 个繁忙的小时未查看。",
    "What this kind of limit would have done cannot be told from the ledger. Let it only watch at first.": (
        "无法根据账本推算这类限额的效果。建议先设为“仅观察”。"
    ),
    "Set this limit": "设置该限额",
    "It is in force: {limit}, {value}.": "已生效：{limit}，{value}。",
    "Whoever runs the gateway reads your request and answers it; what is granted is in force within a second.": (
        "网关的运维者会查看并答复您的申请；批准的内容在一秒内生效。"
    ),
    "Limits of the whole organization": "整个组织的限额",
    "Fill in only what you need more of.": "只填写需要提高的项目。",
    "Other limits": "其他限额",
    "Now: {value}": "当前：{value}",
    "Now: no limit": "当前：无限额",
    "Isolation": "隔离",
    "Content and records of this organization lie in tables and under a key of their own.": (
        "该组织的内容和记录存放在独立的表中，并使用独立的密钥加密。"
    ),
    "A content policy": "内容策略",
    "The name of a policy of the gateway that your requests shall be under.": "希望应用于您的请求的网关策略名称。",
    "What you need it for": "用途",
    "The traffic that you expect and from when on: so it can be decided at once.": "请说明预计的请求量和开始时间，以便尽快决定。",
    "Send the request": "提交申请",
    "Requests so far": "历史申请",
    "Waits for an answer": "等待答复",
    "Granted": "已批准",
    "Declined": "已拒绝",
    "Policy {policy}": "策略 {policy}",
    "Answer": "答复",
    "Nothing was asked yet for this organization": "该组织尚无申请",
    "What you ask for appears here, with its answer.": "您的申请及其答复会显示在这里。",
    "Your request is on its way: you are told by mail when it is decided.": "申请已提交：有结果时将通过邮件通知您。",
}
