"""The sentences of organizations, members, plans, sign-ups and requests in Chinese."""

from __future__ import annotations

HELP = {
    "List, make, change and suspend organizations.": "列出、创建、修改和停用组织。",
    "List, make, rename and archive workspaces.": "列出、创建、改名和归档工作区。",
    "List, invite, change and remove an organization's members.": "列出、邀请、修改和移除组织的成员。",
    "List, set and delete the plans that organizations are on.": "列出、设定和删除组织所用的套餐。",
    "Show sign-ups and their codes; approve, decline, invite.": "查看注册及其验证码；批准、拒绝、邀请。",
    "Answer members' requests for more.": "答复成员的提额申请。",
    "Show who did what, and what was before and after.": "查看谁做了什么，以及前后的变化。",
    "List all organizations.": "列出所有组织。",
    "Make an organization with the workspaces production and staging.": "创建组织，并带有 production 和 staging 两个工作区。",
    "Show one organization.": "查看一个组织。",
    "Change an organization; running gateways follow within a second.": "修改组织；运行中的网关一秒之内生效。",
    "Let an organization's keys be refused, from within a second on.": "停用组织：其密钥一秒之内被拒绝。",
    "Let a suspended organization's keys work again.": "恢复已停用的组织，其密钥重新可用。",
    "List an organization's workspaces.": "列出组织的工作区。",
    "Make a workspace.": "创建工作区。",
    "Give a workspace another name.": "给工作区改名。",
    "Close a workspace and revoke its keys.": "归档工作区并撤销其密钥。",
    "List the members of an organization, and who is invited.": "列出组织的成员以及受邀者。",
    "Invite somebody; where no mail can be sent the token is shown, this once.": "邀请他人；无法发送邮件时显示凭证，仅此一次。",
    "Take an invitation back.": "撤回邀请。",
    "Give a member another role; open sessions have it at once.": "更改成员的角色；已登录的会话立即生效。",
    "Remove a member and revoke the keys that are its own.": "移除成员并撤销属于其本人的密钥。",
    "List the plans and their limits.": "列出套餐及其限额。",
    "Make a plan, or change one; running gateways follow within a second.": "创建或修改套餐；运行中的网关一秒之内生效。",
    "Delete a plan that nobody is on.": "删除无人使用的套餐。",
    "List sign-ups, the newest first, with the codes that nothing could send.": "列出注册，最新的在最前，并显示无法发送的验证码。",
    "Make the organization of a sign-up that waits; the applicant is told.": "批准等待中的注册并创建组织；会通知申请人。",
    "Decline a sign-up that waits; the applicant is told why.": "拒绝等待中的注册；会把原因通知申请人。",
    "Invite somebody to sign up, where only the invited may.": "在仅限邀请时，邀请他人注册。",
    "List requests for more that wait for an answer.": "列出等待答复的提额申请。",
    "Grant a request; it is in force within a second, and both sides are told.": "批准申请：一秒之内生效，并通知双方。",
    "Decline a request with an answer; both sides are told.": "拒绝申请并答复；会通知双方。",
    "Show the audit log, the newest first: who did what, and what was before and after.": (
        "查看审计日志，最新的在最前：谁做了什么，以及前后的变化。"
    ),
}

PARAMETERS = {
    "an organization's id or name": "组织的 id 或名称",
    "the organization's name": "组织的名称",
    "a workspace's id or name": "工作区的 id 或名称",
    "the workspace's name": "工作区的名称",
    "production or staging": "production 或 staging",
    "with those that are archived": "包括已归档的",
    "enterprise or individual": "enterprise（企业）或 individual（个人）",
    "the plan that it is on (yumen plans list)": "所用套餐（见 yumen plans list）",
    "invite this address as its owner": "邀请此邮箱作为其所有者",
    "in which its days and months run, such as Asia/Shanghai": "按哪个时区计日和计月，例如 Asia/Shanghai",
    "whether it is isolated, where its plan has that": "是否隔离（套餐须包含此项）",
    "a mail address": "邮箱地址",
    "a member's id or mail address": "成员的 id 或邮箱地址",
    "an invitation's id": "邀请的 id",
    "owner, admin, developer, billing or viewer": "owner、admin、developer、billing 或 viewer",
    "a plan's name": "套餐的名称",
    "a limit such as requests_per_minute=20; those given replace all before": "限额，例如 requests_per_minute=20；给出后替换原有全部限额",
    "without limits": "不设限额",
    "whether its organizations may have isolation and a policy of their own": "其组织是否可以隔离并使用自有内容策略",
    "what it is, in English": "英文说明",
    "what it is, in Chinese": "中文说明",
    "a sign-up's id": "注册的 id",
    "only those: verifying, waiting, approved or declined": "只看此状态：verifying、waiting、approved 或 declined",
    "why, for the applicant": "给申请人的原因",
    "a request's id": "申请的 id",
    "with those that were answered": "包括已答复的",
    "what whoever asked is told": "给申请者的答复",
    "grant this value instead of the one asked for, such as requests_per_minute=50": (
        "不按申请的值，而是批准此值，例如 requests_per_minute=50"
    ),
    "only what concerns this organization (its id or name)": "只看与此组织（id 或名称）有关的记录",
    "only acts before the one of this number": "只看此编号之前的记录",
}

SAID = {
    "made the organization {id} ({name}) on the plan {plan}": "已创建组织 {id}（{name}），套餐为 {plan}",
    "changed {id} ({name}); running gateways follow within a second": "已修改 {id}（{name}）；运行中的网关一秒之内生效",
    "suspended {id} ({name}); running gateways refuse its keys within a second": "已停用 {id}（{name}）；运行中的网关一秒之内拒绝其密钥",
    "resumed {id} ({name})": "已恢复 {id}（{name}）",
    "made the workspace {id} ({name})": "已创建工作区 {id}（{name}）",
    "the workspace {id} is named {name}": "工作区 {id} 已改名为 {name}",
    "archived {id} ({name}); running gateways refuse its keys within a second": "已归档 {id}（{name}）；运行中的网关一秒之内拒绝其密钥",
    "invited {email} by mail": "已用邮件邀请 {email}",
    "no mail could be sent: hand this token to {email} yourself; it is shown this once": (
        "无法发送邮件：请自行把此凭证交给 {email}；凭证只显示这一次"
    ),
    "the invitation of {email} opens nothing any more": "给 {email} 的邀请已失效",
    "{email} is {role}": "{email} 的角色为 {role}",
    "removed {email}; the keys that were its own are revoked": "已移除 {email}；其本人的密钥已撤销",
    "the plan {name} is set; running gateways follow within a second": "套餐 {name} 已设定；运行中的网关一秒之内生效",
    "deleted the plan {name}": "已删除套餐 {name}",
    "approved: {name} is the organization {id}": "已批准：{name} 的组织为 {id}",
    "declined: {name}": "已拒绝：{name}",
    "approved {id}; it is in force within a second": "已批准 {id}；一秒之内生效",
    "declined {id}": "已拒绝 {id}",
}

SETUP = {
    "To begin, open {url} in a browser and make the first administrator. The set-up token in it is shown this once.": (
        "首先请用浏览器打开 {url} 创建首位管理员。其中的设置凭证只显示这一次。"
    ),
    "To begin, open {url} in a browser and make the first administrator with the set-up token in {path}.": (
        "首先请用浏览器打开 {url}，凭 {path} 中的设置凭证创建首位管理员。"
    ),
    "Take the second factor of a member away who has lost it.": "取消丢失验证设备的成员的两步验证。",
    "Make a token that sets a member's new password within an hour, and show it, this once.": (
        "生成一小时内可为成员设置新密码的凭证并显示，仅此一次。"
    ),
    "{email} signs in by the password alone now": "{email} 现在仅凭密码登录",
    "hand this token to {email}: the console takes it at /password/reset; it is shown this once": (
        "请把此凭证交给 {email}：在控制台的 /password/reset 使用；仅显示这一次"
    ),
    "Make a new set-up token for the first administrator, and show it, this once.": "为首位管理员生成新的设置凭证并显示，仅此一次。",
    "the set-up token is shown this once; the one before counts no longer": "设置凭证只显示这一次；此前的凭证已失效",
    "there is an administrator already: invite others with yumen members invite": "已有管理员：请用 yumen members invite 邀请他人",
}

WRONG = {
    "{option} is one of {choices}": "{option} 应为以下之一：{choices}",
    "a role is one of {choices}, not {value}": "角色应为以下之一：{choices}，而不是 {value}",
    "--limit and --unlimited exclude each other": "--limit 与 --unlimited 不能同时使用",
    "a new plan needs its limits: --limit KIND=VALUE, or --unlimited": "新套餐需要限额：--limit 种类=值，或 --unlimited",
    "the request does not ask for {kind}: set it with yumen limits set": "申请中没有 {kind}：请用 yumen limits set 设定",
}

COLUMNS = {
    "kind": "类型",
    "plan": "套餐",
    "time_zone": "时区",
    "isolated": "隔离",
    "policy": "内容策略",
    "members": "成员数",
    "workspaces": "工作区",
    "organization": "组织",
    "organizations": "组织数",
    "email": "邮箱",
    "phone": "手机号",
    "purpose": "用途",
    "codes": "验证码",
    "role": "角色",
    "limits": "限额",
    "isolation": "可隔离",
    "description": "说明",
    "member": "成员",
    "wanted": "申请内容",
    "reason": "理由",
    "answer": "答复",
    "actor": "操作者",
    "address": "来源",
    "action": "操作",
    "target": "对象",
    "before": "之前",
    "after": "之后",
    "{setting}: an issuer is an https URL (plain http only on this machine)": "{setting}：签发者须为 https URL（明文 http 仅限本机）",
    "{setting}: a name has up to 32 small letters, digits and -": "{setting}：名称最多 32 个小写字母、数字和 -",
    "{setting}: {field} is missing": "{setting}：缺少 {field}",
    "{setting}: organization and domains go together: set both, or neither": "{setting}：organization 与 domains 须同时设置，或都不设置",
}

ORGANIZATIONS = HELP | PARAMETERS | SAID | SETUP | WRONG | COLUMNS
