"""`yumen chat` in Chinese."""

from __future__ import annotations

CHAT = {
    "Talk with Claude in the terminal.": "在终端中与 Claude 对话。",
    "Talk with Claude in the terminal; /help shows what can be done. In a pipe each line is a question (docs/chat.md).": (
        "在终端中与 Claude 对话，/help 显示可用的命令。从管道读取时每行一个问题（见 docs/chat.zh-CN.md）。"
    ),
    "the conversation to go on with, or to begin": "要继续或开始的对话",
    "go on with the conversation that was used last": "继续最近的对话",
    "how Claude speaks: a style, or a file of one": "Claude 的说话方式：风格名，或风格文件",
    "the system prompt": "系统提示词",
    "show the commands": "显示命令",
    "show or choose the model that answers": "显示或选择作答的模型",
    "show or choose the style": "显示或选择风格",
    "show or set the system prompt": "显示或设置系统提示词",
    "begin a new conversation": "开始新的对话",
    "go on with another conversation": "继续另一个对话",
    "list the conversations": "列出对话",
    "go on with a copy of this conversation": "复制此对话并在副本中继续",
    "show what was said": "显示已说过的话",
    "write this conversation to a Markdown file": "把此对话写入 Markdown 文件",
    "show how long the prompt has become": "显示提示词现在的长度",
    "show what this conversation has used": "显示此对话的用量",
    "leave; so does Ctrl-D": "离开；也可按 Ctrl-D",
    "there is no /{name}; did you mean /{near}?": "没有 /{name}；是否想用 /{near}?",
    "there is no /{name}: /help shows the commands": "没有 /{name}：用 /help 查看命令",
    "stopped; the question counts as not asked": "已停止；此问题视为未提出",
    "(sandbox, not Claude)": "（沙箱输出，并非 Claude）",
    "{name} goes on; questions so far: {turns}": "{name} 继续：此前已有 {turns} 个问题",
    "Alt-Enter begins another line, Ctrl-C stops an answer, Ctrl-D leaves, /help shows the commands": (
        "Alt-Enter 换行，Ctrl-C 停止作答，Ctrl-D 离开，/help 显示命令"
    ),
    "/{name} takes {what}": "/{name} 需要 {what}",
    "model: {name}": "模型：{name}",
    "style: {name}": "风格：{name}",
    "there are: {names}": "可选：{names}",
    "there is a conversation {name} already: /resume {name} goes on with it": "对话 {name} 已存在：用 /resume {name} 继续",
    "a new conversation: {name}": "新的对话：{name}",
    "there is no conversation {name}: /sessions lists them": "没有对话 {name}：用 /sessions 查看",
    "this is {copy} now, a copy of {name}": "现在是 {copy}，即 {name} 的副本",
    "written to {path}": "已写入 {path}",
    "{count} tokens": "{count} 个 token",
    "about {count} tokens": "约 {count} 个 token",
    "questions: {turns}; tokens of input: {input}, of these from the cache: {cached}; of output: {output}": (
        "问题 {turns} 个；输入 {input} 个 token（其中 {cached} 个来自缓存），输出 {output} 个"
    ),
    "it cost ${dollars}": "费用 ${dollars}",
}
