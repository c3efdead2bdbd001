"""The console's pages of conversations and kept content, in Chinese."""

from __future__ import annotations

CONVERSATIONS: dict[str, str] = {
    "One that is not used for {days} days is deleted.": "{days} 天未使用的对话将被删除。",
    "This gateway keeps no conversations": "此网关不保存对话",
    "The operator has switched them off (sessions.keep_days = 0). A call that names a session is refused.": (
        "运维者已将其关闭（sessions.keep_days = 0）。指定会话的调用将被拒绝。"
    ),
    "The operator has switched conversations off (sessions.keep_days = 0): none is added; those below stay until you delete them.": (
        "运维者已关闭对话保存（sessions.keep_days = 0）：不再新增对话，此前保存的对话会保留到您将其删除为止。"
    ),
    "All its turns go for good. The next call that names it begins anew.": "其所有轮次都将永久删除；下次使用此名称的调用将重新开始。",
    "All workspaces": "所有工作区",
    "Another part: {name}": "其他内容：{name}",
    "As the upstream saw it, with placeholders. Your reading is written into the audit log.": (
        "内容为上游所见，含占位符。您的查看已记入审计日志。"
    ),
    "Begun": "开始时间",
    "Call": "调用",
    "Copy of": "副本来源",
    "Copy “{name}”": "复制“{name}”",
    "From the beginning": "从头开始",
    "From the cache": "来自缓存",
    "Image": "图片",
    "It is isolated, and lets nothing be kept of what is said. A call that names a session is refused.": (
        "该组织已隔离，且不允许留存对话内容。指定会话的调用会被拒绝。"
    ),
    "Its first turn is under way, or you have gone past the last.": "第一轮仍在进行，或您已翻过最后一轮。",
    "Last used": "最近使用",
    "Later turns": "后续轮次",
    "Markdown": "Markdown",
    "Model": "模型",
    "No conversation has such a name": "没有名称相符的对话",
    "No conversation is kept yet": "尚未留存任何对话",
    "Nothing came.": "没有收到内容。",
    "Result of a tool": "工具结果",
    "Search": "搜索",
    "Send the header below with a name of your own. Then send only what is new: the gateway puts what was said before in front of it.": (
        "请在请求中加上下面的标头，名称可自定。此后只需发送新内容：网关会自动补上之前的对话。"
    ),
    "Show all": "显示全部",
    "Status": "状态",
    "Summary of the turns that were left out": "已省略轮次的摘要",
    "System prompt": "系统提示词",
    "The conversation “{name}” is deleted.": "对话“{name}”已删除。",
    "The copy has all its finished turns and goes its own way.": "副本包含所有已完成的轮次，此后独立发展。",
    "The copy's name": "副本名称",
    "The name is looked for, not what was said.": "搜索的是名称，而非对话内容。",
    "The request": "该请求",
    "The request passed without being held, so that nothing of it is kept.": "请求内容直接透传，未经暂存，因此没有留存。",
    "There is no turn here": "此处没有轮次",
    "Thinking": "思考",
    "Thinking that only Claude can read": "仅 Claude 可读的思考",
    "This is the copy “{name}”.": "这是副本“{name}”。",
    "This organization stores no content": "该组织不留存内容",
    "Tokens": "Token",
    "Tokens in": "输入 token",
    "Tokens out": "输出 token",
    "Tools": "工具",
    "Turn {number}": "第 {number} 轮",
    "Turns": "轮次",
    "Use of the tool {name}": "调用工具 {name}",
    "User": "用户",
    "What callers keep by naming a session. The list shows no words; reading one is written into the audit log.": (
        "调用方通过命名会话留存的对话。列表不显示对话内容；查看任一对话都会记入审计日志。"
    ),
    "What was answered": "应答内容",
    "What was asked": "请求内容",
    "What was said": "对话内容",
    "Your reading is written into the audit log. Placeholders stand for what a policy redacted.": (
        "您的查看已记入审计日志。占位符代表被策略脱敏的内容。"
    ),
    "broken: it does not count": "已中断，不计入对话",
    "left out: there was no room": "因空间不足已省略",
    "under way": "进行中",
    "{input} in, of them {cached} from the cache; {output} out": "输入 {input}（其中缓存 {cached}）；输出 {output}",
    "{input} in, {output} out": "输入 {input}，输出 {output}",
    "… {more} bytes more, which are not kept.": "……另有 {more} 字节未留存。",
}
