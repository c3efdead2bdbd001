"""The sentences of content policies in Chinese."""

from __future__ import annotations

POLICY = {
    "Store, attach and try out content policies.": "存储、附加和试用内容策略。",
    "List the stored policies, and what they are attached to.": "列出已存储的策略及其附加对象。",
    "Store a policy's file; a name that is there gets a new version.": "存储策略文件；同名策略增加一个新版本。",
    "Show a stored policy.": "查看已存储的策略。",
    "List all versions of a policy.": "列出策略的所有版本。",
    "Put an organization, workspace or key under a policy; gateways follow within a second.": (
        "让组织、工作区或密钥受某策略约束；网关一秒内生效。"
    ),
    "Let an organization, workspace or key be under a policy no longer.": "让组织、工作区或密钥不再受某策略约束。",
    "Delete a policy, all its versions; not while something is under it.": "删除策略的所有版本；仍有附加对象时不能删除。",
    "Try a policy's file out: what hits where, and what would be sent; exit code 1 if blocked.": (
        "试用策略文件：命中了什么、在哪里、会发送什么；被拦截时退出码为 1。"
    ),
    "Run a policy over what was flagged, without effect: what it would have done.": "用策略重新检查已标记的内容，只看结果、不产生作用。",
    "List what policies found, the newest last.": "列出策略的发现，最新的在最后。",
    "List the policies that ship with us.": "列出自带的策略。",
    "Print a policy that ships with us, to begin with.": "输出一个自带的策略，供修改使用。",
    "a policy's name": "策略名称",
    "a policy in TOML (docs/policy.md)": "TOML 格式的策略（见 docs/policy.zh-CN.md）",
    "a policy in TOML, or the name of one that is stored": "TOML 格式的策略，或已存储策略的名称",
    "whose own it is; without it, the operator's": "策略归属的组织；不填则归运维者",
    "that version; without it, the newest": "指定版本；不填则为最新版本",
    "the organization, by id or name": "组织的 id 或名称",
    "the workspace, by id or name": "工作区的 id 或名称",
    "the key, by id or name": "密钥的 id 或名称",
    "it counts and writes down, and does nothing": "只计数和记录，不采取动作",
    "the text that it is tried out on": "试用的文本",
    "the JSON body that it is tried out on": "试用的 JSON 请求体",
    "as if Claude had answered it": "当作 Claude 的应答来检查",
    "only what was found since then: 24h ago, or a date": "只看此后的发现：如 24h 前，或某个日期",
    "only by this policy": "只看该策略的",
    "its name, such as personal-data": "名称，例如 personal-data",
    "{name} is stored as version {version}": "{name} 已存为第 {version} 版",
    "{name} has no version {version}": "{name} 没有第 {version} 版",
    "{name}, version {version}, cannot be read: add it again": "{name} 第 {version} 版无法读取，请重新添加",
    "{scope} {id} is under {name} from within a second on": "{scope} {id} 一秒内开始受 {name} 约束",
    "{scope} {id} is looked at by {name} from within a second on, and nothing is done": (
        "一秒内开始用 {name} 观察 {scope} {id}，不采取动作"
    ),
    "{name} is deleted, with its {version} versions": "{name} 及其 {version} 个版本已删除",
    "{scope} {id} is under {name} no longer": "{scope} {id} 不再受 {name} 约束",
    "no rule hits": "没有规则命中",
    "blocked: {why}": "已拦截：{why}",
    "what would be sent:": "将会发送：",
    "this policy is in shadow mode: it would count this, and do nothing": "该策略处于观察模式：只计数，不采取动作",
    "{count} hits could not be looked at again, since their text was not kept (keys: --content)": (
        "有 {count} 处命中因未保存文本而无法重新检查（见密钥的 --content 选项）"
    ),
    "name one place: --organization, --workspace or --key": "只指定一个对象：--organization、--workspace 或 --key",
    "name what is under the policy: --organization, --workspace or --key": "请指定受约束的对象：--organization、--workspace 或 --key",
    "name what to look at: --text or --request": "请指定要检查的内容：--text 或 --request",
    "there is no starter {name}; there are {names}": "没有自带策略 {name}；可用的有 {names}",
    "a policy's name is of 1 to 64 small letters, digits, dots, hyphens and underscores, such as personal-data, not {name}": (
        "策略名称由 1 到 64 个小写字母、数字、点、连字符和下划线组成，例如 personal-data，不能是 {name}"
    ),
    "a stored policy cannot be read: {reason}": "已存储的策略无法读取：{reason}",
    "the policy {policy} has more than {limit} rules": "策略 {policy} 的规则超过 {limit} 条",
    "the policy {policy} has more than {limit} words": "策略 {policy} 的词语超过 {limit} 个",
    "{place}: there is no {name}; known are {known}": "{place}：没有 {name}；可用的有 {known}",
    "{place}: {reason}": "{place}:{reason}",
    "{path} is not UTF-8: {reason}": "{path} 不是 UTF-8 编码：{reason}",
    "rule {rule}: {reason}": "规则 {rule}：{reason}",
    "rule {rule}: a list has more than {limit} names": "规则 {rule}：列表中的名称超过 {limit} 个",
    "rule {rule}: a name has more than {limit} characters": "规则 {rule}：名称超过 {limit} 个字符",
    "rule {rule}: a policy that is no file cannot name a file of words: list them in words": (
        "规则 {rule}：策略不是文件时不能引用词表文件，请把词语写在 words 里"
    ),
    "rule {rule}: a rule's name is of 1 to 64 small letters, digits, dots, hyphens and underscores": (
        "规则 {rule}：规则名称由 1 到 64 个小写字母、数字、点、连字符和下划线组成"
    ),
    "rule {rule}: a size cannot be exempt: leave it out of allow": "规则 {rule}：大小不能豁免，请从 allow 规则中去掉",
    "rule {rule}: a size is a number from 0 to {limit}": "规则 {rule}：大小须为 0 到 {limit} 的数",
    "rule {rule}: an entry of a list is empty": "规则 {rule}：列表中有空项",
    "rule {rule}: it looks for nothing: give it words, patterns, recognisers, models, tools, betas or a size": (
        "规则 {rule}：没有要查找的内容，请填写 words、patterns、recognisers、models、tools、betas 或大小"
    ),
    "rule {rule}: models, tools, betas and sizes are of the request, not of the answer": (
        "规则 {rule}：models、tools、betas 和大小属于请求，不属于应答"
    ),
    "rule {rule}: models, tools, betas and sizes cannot be redacted: block or flag them": (
        "规则 {rule}：models、tools、betas 和大小不能替换，请用 block 或 flag"
    ),
    "rule {rule}: say in why what the caller is to read": "规则 {rule}：请在 why 中写明给调用方看的原因",
    "rule {rule}: there are two of that name": "规则 {rule}：有两条同名规则",
    "rule {rule}: there is no recogniser {name}: there are {recognisers}, and the groups {groups}": (
        "规则 {rule}：没有识别器 {name}；可用的有 {recognisers}，以及分组 {groups}"
    ),
    "there is no recogniser {name}: there are {recognisers}, and the groups {groups}": (
        "没有识别器 {name}；可用的有 {recognisers}，以及分组 {groups}"
    ),
    "rule {rule}: why has more than {limit} characters": "规则 {rule}：why 超过 {limit} 个字符",
    "version": "版本",
    "rules": "规则",
    "attached": "附加于",
    "rule": "规则",
    "place": "位置",
    "path": "路径",
    "on": "方向",
    "line": "行",
    "column": "列",
    "count": "次数",
    "hits": "命中",
    "new_rule": "新规则",
    "new_action": "新操作",
}
