"""What the pages of workspaces say, in Chinese."""

from __future__ import annotations

WORKSPACES: dict[str, str] = {
    "A workspace keeps its keys, files, batches and conversations apart. Give each application and environment one of its own.": (
        "每个工作区的密钥、文件、批处理和对话互相独立。建议为每个应用及其每个环境各建一个。"
    ),
    "New workspace": "新建工作区",
    "Name": "名称",
    "Environment": "环境",
    "Production": "生产",
    "Staging": "预发布",
    "Keys that work": "有效密钥",
    "Requests, 7 days": "请求（7 天）",
    "Cost, 7 days": "费用（7 天）",
    "Created": "创建时间",
    "always there": "系统自带",
    "Archived": "已归档",
    "Hide archived ones": "隐藏已归档的工作区",
    "Show archived ones too": "同时显示已归档的工作区",
    "No workspace": "没有工作区",
    "Keys live in workspaces: make one to begin.": "密钥属于工作区：请先新建一个。",
    "Such as the application that will use it.": "例如将要使用它的应用名称。",
    "Where its requests go can differ: staging may have another upstream. It cannot be changed later.": (
        "不同环境的请求可以发往不同的上游。创建后不能更改。"
    ),
    "Create the workspace": "创建工作区",
    "The workspace {name} is there.": "工作区 {name} 已创建。",
    "Rename": "重命名",
    "Rename this workspace": "重命名工作区",
    "Its keys and everything in it stay as they are.": "其中的密钥和所有内容保持不变。",
    "New name": "新名称",
    "It is called {name} now.": "已重命名为 {name}。",
    "Archive": "归档",
    "Archive {name}?": "归档 {name}？",
    "All its keys are revoked at once and never work again. Its usage stays in the ledger.": (
        "其中的所有密钥将立即撤销且无法恢复。用量记录保留在账本中。"
    ),
    "Archive it": "确认归档",
    "{name} is archived, and its keys are revoked.": "{name} 已归档，其密钥已撤销。",
    "The last seven days": "最近七天",
    "Key": "密钥",
    "All keys of this workspace": "此工作区的全部密钥",
    "No key of this workspace works.": "该工作区没有有效密钥。",
    "New key here": "在此新建密钥",
    "It has no limits of its own; those of the organization and of its keys hold.": "该工作区没有自己的限额；组织和密钥的限额仍然生效。",
    "Administers it": "管理",
    "Builds with it": "开发",
    "Looks at it": "只读",
    "Sees what it costs": "财务",
    "Role of {name}": "{name} 的角色",
    "Take out": "移出",
    "Take {name} out?": "移出 {name}？",
    "The person stays a member of the organization, and loses the role in this workspace.": "此人仍是组织成员，但失去在该工作区的角色。",
    "Nobody has a role of their own here; whoever is in charge of the organization is in charge here, too.": (
        "该工作区没有单独的成员角色；组织的管理者同样管理该工作区。"
    ),
    "Add a member": "添加成员",
    "Add": "添加",
    "The member is in this workspace now.": "该成员已加入工作区。",
    "The role is changed.": "角色已修改。",
    "The member is no longer in this workspace.": "该成员已移出工作区。",
}
