"""What the pages of members and invitations say, in Chinese."""

from __future__ import annotations

MEMBERS: dict[str, str] = {
    "Everything, other owners included": "全部权限，包括管理其他所有者",
    "Everything but owners": "除所有者外的全部管理权限",
    "Keys, prompts, requests and conversations": "密钥、提示词、请求和对话",
    "Usage, money and limits": "用量、费用和限额",
    "May look, and change nothing": "只能查看，不能修改",
    "{role}: {text}": "{role}：{text}",
    "Who belongs to this organization, and what each may do in it.": "组织的成员，以及各自的权限。",
    "Invite somebody": "邀请成员",
    "The invitation is made": "邀请已创建",
    "No mail went out. Send this link to the invited yourself: it is shown this once, and whoever has it can accept.": (
        "邮件未发出。请自行将此链接发给受邀者：链接只显示这一次，持有者即可接受邀请。"
    ),
    "Copy the link": "复制链接",
    "Name": "名称",
    "Since": "加入时间",
    "Change": "更改",
    "you": "您",
    "Change the role": "更改角色",
    "It counts at once, in open sessions too. Keys that are made already stay as they are.": (
        "立即生效，已登录的会话也不例外。已创建的密钥不受影响。"
    ),
    "Remove": "移除",
    "Remove {name}": "移除 {name}",
    "Remove {name}?": "移除 {name}？",
    "Its own keys are revoked, its private prompts deleted. To come back, a new invitation is needed.": (
        "该成员名下的密钥将被撤销，未共享的提示词将被删除。若要重新加入，需要新的邀请。"
    ),
    "End the membership": "终止成员身份",
    "Second factor": "两步验证",
    "on": "已启用",
    "off": "未启用",
    "Take it away only if {name} has lost both the app and the recovery codes, and you are sure who asks you.": (
        "仅当 {name} 的验证器和恢复码都已丢失，并且您已核实对方身份时，才应移除。"
    ),
    "Take the second factor away": "移除两步验证",
    "Take the second factor of {name} away?": "移除 {name} 的两步验证？",
    "From then on the password alone signs in, until a new one is set up.": "此后仅凭密码即可登录，直到重新设置。",
    "Take away": "移除",
    "The second factor is gone: the password alone signs in now.": "两步验证已移除：现在仅凭密码即可登录。",
    "{name} is signed out, and the keys that are this member's own count no longer. Keys of the organization go on working.": (
        "{name} 将被退出登录，其个人密钥随即失效。组织的密钥不受影响。"
    ),
    "There are more than a thousand; the admin API lists them all.": "成员超过一千名；完整列表请用管理 API 获取。",
    "Nobody is a member yet": "还没有成员",
    "This organization belongs to whoever runs the gateway. Invite its first owner.": "此组织目前由网关运维者管理。请邀请首位所有者。",
    "Invite": "发出邀请",
    "Invitations that are open": "待接受的邀请",
    "Invited": "邀请时间",
    "Runs out": "到期时间",
    "has run out": "已过期",
    "Take back": "撤回",
    "Take the invitation back?": "撤回邀请？",
    "The link that {email} has opens nothing any more.": "发给 {email} 的链接将失效。",
    "Nobody is invited who has not come.": "没有待接受的邀请。",
    "{name} has the role “{role}” now.": "{name} 的角色现为“{role}”。",
    "{name} is a member no longer.": "{name} 已不再是成员。",
    "An invitation went to {email}.": "邀请已发送至 {email}。",
    "The invitation is taken back.": "邀请已撤回。",
}
