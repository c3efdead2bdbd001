"""What `yumen keys`, `limits` and `usage` say of restrictions, labels, limits and organizations, in Chinese."""

from __future__ import annotations

KEY_COMMANDS = {
    "Make, show, change, replace and revoke keys.": "创建、查看、修改、更换和撤销密钥。",
    "Show one key: whose it is, its restrictions and its own limits.": "查看一个密钥：归属、限制条件及其自身的限额。",
    "Change a key; a running gateway heeds it within a second. What is named takes the place of what was there.": (
        "修改密钥；运行中的网关一秒之内生效。给出的内容取代原有内容。"
    ),
    "Show and set rate limits, quotas and spend limits.": "查看和设置速率限制、配额和消费限额。",
    "Show the limits in force, where each comes from, and what is used of it.": "查看生效中的限额、其来源及已用量。",
    "Set limits; a running gateway heeds them within a second.": "设置限额；运行中的网关一秒之内生效。",
    "Take a limit away; where a plan has one of its kind, that holds again.": "取消限额；若套餐中有同类限额，则恢复为套餐的。",
    "Add up tokens and money by key, model, day, workspace, organization, member or label.": (
        "按密钥、模型、日期、工作区、组织、成员或标签汇总 token 与费用。"
    ),
}

KEY_OPTIONS = {
    "production (without it, that) or staging": "production（默认）或 staging",
    "the workspace that it belongs to, by id or name, in place of an environment": "所属工作区（id 或名称），用以代替环境",
    "the workspace {id} is of another organization": "工作区 {id} 属于另一个组织",
    "the member whose key it is: an id or an email address": "密钥归属的成员：id 或邮箱地址",
    "a limit of its own, such as requests_per_minute=10 or spend_per_month=1.00 (docs/keys.md)": (
        "密钥自身的限额，如 requests_per_minute=10 或 spend_per_month=1.00（见 docs/keys.zh-CN.md）"
    ),
    "an address or network that it may be used from, such as 10.0.0.0/8; no other": "只允许从此地址或网段使用，如 10.0.0.0/8",
    "a model that it may ask; a * at the end: all that begin so; no other": "只允许请求此模型；以 * 结尾表示所有以此开头的模型",
    "a path that it may use; a * at the end: all that begin so; no other": "只允许使用此路径；以 * 结尾表示所有以此开头的路径",
    "the most max_tokens that its requests may ask for": "请求中 max_tokens 的上限",
    "what of its requests and answers is written down, encrypted: off (without it, that), errors or all (docs/content.md)": (
        "加密保存其请求与应答的哪些内容：off（默认）、errors（仅出错的）或 all（见 docs/content.zh-CN.md）"
    ),
    "the cost centre that its requests are booked on": "请求记入的成本中心（标签）",
    "let its requests name another cost centre in the header x-yumen-label": "允许请求用 x-yumen-label 头指定其他成本中心",
    "standard, for Claude's API, or admin, for the admin API": "standard:用于 Claude 的 API;admin:用于管理 API",
    "of an admin key: operator (without an organization, that), owner, admin, developer, billing or viewer": (
        "管理密钥的角色：operator（未指定组织时的默认值）、owner、admin、developer、billing 或 viewer"
    ),
    "whose key it is, by id or name; of an admin key: which one it manages": "密钥所属的组织（id 或名称）；管理密钥则为其管理的组织",
    "another name": "新的名称",
    "let it end so long from now": "从现在起多久之后到期",
    "let it not end": "不再到期",
    "inactive switches it off, active on again": "inactive 为停用，active 为重新启用",
    "let it be nobody's in particular": "不归属任何成员",
    "let it be used from everywhere": "允许从任何地址使用",
    "let it ask every model": "允许请求任何模型",
    "let it use every known endpoint": "允许使用所有已知端点",
    "let it use no path beyond the known endpoints": "不允许使用已知端点之外的路径",
    "let its requests ask for any max_tokens": "不限制 max_tokens",
    "book its requests on no cost centre": "不记入任何成本中心",
    "whether its requests may name another cost centre in the header x-yumen-label": "是否允许请求用 x-yumen-label 头指定其他成本中心",
    "the organization, by id or name; without it, the operator's own": "组织（id 或名称）；默认为运维者自己的组织",
    "only those that apply to this workspace, by id or name": "只看适用于此工作区的限额（id 或名称）",
    "only those that apply to this key, by id or name": "只看适用于此密钥的限额（id 或名称）",
    "only those that apply to this member, by id or email address": "只看适用于此成员的限额（id 或邮箱地址）",
    "only those that apply to this cost centre": "只看适用于此成本中心的限额",
    "whose: organization:NAME, workspace:ID, key:NAME, member:EMAIL or label:TEXT": (
        "对象：organization:名称、workspace:ID、key:名称、member:邮箱 或 label:标签"
    ),
    "such as requests_per_minute=10 or spend_per_month=1.00 (docs/keys.md)": (
        "如 requests_per_minute=10 或 spend_per_month=1.00（见 docs/keys.zh-CN.md）"
    ),
    "the limit's kind, such as requests_per_minute": "限额的种类，如 requests_per_minute",
    "what to group by: key, model, day, workspace, organization, member or label; may be given more than once (default: key and model)": (
        "按什么分组：key（密钥）、model（模型）、day（日期）、workspace（工作区）、organization（组织）、member（成员）或 label（标签），"
        "可多次给出（默认按密钥和模型）"
    ),
    "only calls by keys of this organization (its id or name)": "只看此组织的密钥的调用（id 或名称）",
    "only calls by keys of this workspace (its id or name)": "只看此工作区的密钥的调用（id 或名称）",
    "only calls by keys of this member (an id or an email address)": "只看此成员的密钥的调用（id 或邮箱地址）",
    "only calls booked on this cost centre": "只看记入此成本中心的调用",
}

KEY_SAID = {
    "changed {id} ({name}); a running gateway heeds it within a second": "已修改 {id}（{name}）；运行中的网关一秒之内生效",
    "set on {scope}: {limit}; a running gateway heeds it within a second": "已在 {scope} 上设置：{limit}；运行中的网关一秒之内生效",
    "taken away from {scope}: {kind}; a running gateway heeds it within a second": "已从 {scope} 取消：{kind}；运行中的网关一秒之内生效",
    "what is used of rates is in the running gateway's memory; what is shown here is the ledger's, of days and months": (
        "速率的已用量在运行中的网关的内存里；此处只按账本显示每日和每月的已用量"
    ),
    "Redis does not answer; what is shown as used is the ledger's, of days and months alone": (
        "Redis 没有应答；已用量只按账本显示每日和每月的"
    ),
    "{organization} has {left} of {limit} requests left this month, which ends on {until}": (
        "{organization} 本月还剩 {left} / {limit} 次请求，本月于 {until} 结束"
    ),
}

KEY_COLUMNS = {
    "field": "字段",
    "value": "值",
    "label": "标签",
    "restrictions": "限制条件",
    "limit": "限额",
    "mode": "方式",
    "wait_s": "等待（秒）",
    "reserve": "预留",
    "from": "来源",
    "used": "已用",
    "left": "剩余",
    "resets_at": "重置时间",
    "workspace": "工作区",
    "organization": "组织",
    "member": "成员",
}

KEY_WRONG = {
    "--workspace and --environment exclude each other: the workspace has its environment": (
        "--workspace 与 --environment 不能同时给出：工作区自有其环境"
    ),
    "name one of --workspace, --key, --member and --label": "--workspace、--key、--member、--label 只能给出一个",
    "{option} and {other} exclude each other": "{option} 与 {other} 不能同时给出",
    "{option} goes with --kind admin": "{option} 须与 --kind admin 一起使用",
    "an admin key has no {option}: it opens no model": "管理密钥没有 {option}：它不能调用模型",
    "an admin key with the role {role} needs --organization: the one that it manages": (
        "角色为 {role} 的管理密钥需要 --organization:它所管理的组织"
    ),
    "the role operator stands above all organizations: name a role in the organization, such as admin": (
        "operator 角色高于所有组织：请指定组织内的角色，如 admin"
    ),
    "the workspace {id} is archived: choose another": "工作区 {id} 已归档：请另选",
    "the key {id} was revoked, and stays so: yumen keys create makes a new one": "密钥 {id} 已撤销，不能再修改：用 yumen keys create 新建",
    "a key's name has at most {limit} printable characters": "密钥名称最多 {limit} 个可打印字符",
    "a label has 1 to {limit} printable characters and no space at its ends, not {label}": (
        "标签为 1 到 {limit} 个可打印字符，两端没有空格，而不是 {label}"
    ),
    "{value} can be no label": "{value} 不能作为标签",
    "a key has at most one restriction of a kind: name all addresses, models or paths in one": (
        "每种限制条件最多一项：把所有地址、模型或路径写在一起"
    ),
    "a restriction allows 1 to {limit} addresses, models or paths": "一项限制条件可列出 1 到 {limit} 个地址、模型或路径",
    "a model is a name, or its beginning with a * at the end, not {model}": "模型应为名称，或以 * 结尾的前缀，而不是 {model}",
    "an address that a key may be used from is one such as 192.0.2.7 or 2001:db8::1, "
    "or a network such as 10.0.0.0/8 (without bits below its length), not {value}": (
        "允许的地址应如 192.0.2.7、2001:db8::1，或网段 10.0.0.0/8（主机位须为零），而不是 {value}"
    ),
    "the most tokens that a key's requests may ask for is at least 1, not {tokens}": "max_tokens 的上限至少为 1，而不是 {tokens}",
    "a limit is written {form}, such as requests_per_minute=10, not {value}": "限额写作 {form}，如 requests_per_minute=10，而不是 {value}",
    "a limit is set on {form}, not on {value}": "限额的对象应为 {form}，而不是 {value}",
    "there is no limit {kind}: it is one of {kinds}": "没有限额 {kind}：应为 {kinds} 之一",
    "{kind} takes a value above nothing and up to {most}": "{kind} 的值应大于零且不超过 {most}",
    "{kind} takes a whole number, not {value}": "{kind} 应为整数，而不是 {value}",
    "{kind} takes dollars with up to nine digits after the point, such as 1.50, not {value}": (
        "{kind} 应为美元金额，小数点后至多九位，如 1.50，而不是 {value}"
    ),
    "{kind} cannot be waited for: it is full until its period ends": "{kind} 不能等待：到周期结束前都不会有余量",
    "a request may wait for at most {seconds} s": "请求最多可等待 {seconds} 秒",
    "wait takes seconds with up to three digits after the point, such as 2.5, not {value}": (
        "wait 应为秒数，小数点后至多三位，如 2.5，而不是 {value}"
    ),
    "reserve is one of {choices}, not {value}": "reserve 应为 {choices} 之一，而不是 {value}",
    "only a limit of money has a way to reserve: {kind} has none": "只有消费限额才有预留方式：{kind} 没有",
    "{scope} has no limit {kind} of its own: yumen limits show says where each comes from": (
        "{scope} 自身没有限额 {kind}：用 yumen limits show 查看各限额的来源"
    ),
    "there is no organization or workspace {wanted}": "没有组织或工作区 {wanted}",
    "{count} are named {wanted}: name one by its id, {ids}": "有 {count} 个名为 {wanted}：请用 id 指定，{ids}",
    "{wanted} is no member of the organization {id}": "{wanted} 不是组织 {id} 的成员",
    "type the name of the organization to erase it": "请输入组织名称以确认抹除",
    "choose when the key shall expire": "请选择密钥的过期时间",
    "you are signed in with this key and come from {address}: a list without it would lock you out": (
        "您正用此密钥登录，来源地址是 {address}：列表中没有它，您就会被锁在门外"
    ),
    "a spend limit is an amount in US dollars such as 25.00, not {value}": "消费限额应为美元金额，如 25.00，而不是 {value}",
    "a limit is a whole number of at least 1, not {value}: leave it empty for none": (
        "限额应为不小于 1 的整数，而不是 {value}：不设限请留空"
    ),
}

KEY_CONTENT = {
    "Show what one call asked and was answered, where its key lets that be written down.": (
        "查看一次调用的请求与应答内容（须其密钥允许保存）。"
    ),
    "the request passed without being held, so that nothing of it is kept": "该请求是直接传过的，没有保存其内容",
    "what was asked": "请求",
    "what was answered": "应答",
    "… {more} bytes more, which are not kept": "…… 其余 {more} 字节未保存",
    "what is kept of {id} does not open: it was changed, or comes from another database": (
        "{id} 保存的内容无法打开：它被改动过，或来自另一个数据库"
    ),
    "nothing is kept of {id}: its key does not ask for it (yumen keys update KEY --content all), or it was long ago": (
        "没有保存 {id} 的内容：其密钥未要求保存（yumen keys update 密钥 --content all），或时间已久"
    ),
}

KEYS = KEY_COMMANDS | KEY_OPTIONS | KEY_SAID | KEY_CONTENT | KEY_COLUMNS | KEY_WRONG
