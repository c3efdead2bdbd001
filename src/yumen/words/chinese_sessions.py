"""What is said of conversations that are kept, and of styles, in Chinese."""

from __future__ import annotations

SESSIONS = {
    "List, show, export and delete conversations that are kept.": "列出、查看、导出和删除保存的对话。",
    "List conversations, the last used first.": "列出对话，最近使用的在前。",
    "Show a conversation's turns.": "显示一个对话的各轮。",
    "Find the turns in which a text was said.": "查找出现过某段文字的各轮。",
    "Print a conversation.": "输出一个对话。",
    "Copy a conversation under another name.": "以另一名称复制对话。",
    "Delete a conversation with all its turns.": "删除对话及其全部轮次。",
    "the conversation's name": "对话的名称",
    "the copy's name": "副本的名称",
    "the text that is looked for": "要查找的文字",
    "the library's store: sqlite:///PATH or postgresql://HOST/NAME": "Python 库的存储：sqlite:///路径 或 postgresql://主机/库名",
    "a workspace's conversations in the gateway's database, not the library's": "网关数据库中某个工作区的对话，而不是 Python 库的对话",
    "json (all that is stored), jsonl (one message a line) or markdown": "json（全部存储内容）、jsonl（每行一条消息）或 markdown",
    "turns": "轮数",
    "turn": "轮次",
    "last used": "最近使用",
    "style": "风格",
    "prompt tokens": "提示token",
    "from the cache": "其中来自缓存",
    "output tokens": "输出token",
    "question": "提问",
    "text": "文字",
    "open": "进行中",
    "answered": "已回答",
    "broken": "中断",
    "dropped": "已省略",
    "{copy} is a copy of {name}": "{copy} 是 {name} 的副本",
    "{name} is deleted": "{name} 已删除",
    "there is no conversation {name}": "没有名为 {name} 的对话",
    "there is a conversation {name} already": "已有名为 {name} 的对话",
    "a conversation is exported as json, jsonl or markdown, not {form}": "对话可导出为 json、jsonl 或 markdown，不能是 {form}",
    "a conversation's name has 1 to {most} printable characters": "对话名称应为 1 到 {most} 个可打印字符",
    "when_full is one of refuse, drop, summarise, not {said}": "when_full 可用的值为 refuse、drop、summarise,{said} 不可用",
    "there is nothing to ask: the text is empty": "没有可提问的内容：文本为空",
    "a session of a gateway has a name of 1 to 128 letters, digits or signs of ._:@+-, the first a letter or a digit": (
        "网关对话的名称须为 1 到 128 个字母、数字或 ._:@+- 中的符号，且以字母或数字开头"
    ),
    "what is said cannot be sent: {reason}": "所说的内容无法发送：{reason}",
    "nothing in the conversation {name} is unanswered": "对话 {name} 中没有未回答的提问",
    "another turn of the conversation {name} is still under way; try again later": "对话 {name} 的另一轮仍在进行，请稍后再试",
    (
        "the conversation {name} is full: about {over} tokens more than there is room for; "
        "when_full='drop' leaves out the oldest turns, 'summarise' sums them up, and a new conversation begins empty"
    ): "对话 {name} 已满：约超出 {over} 个token；when_full='drop' 省略最早的各轮，'summarise' 将其总结，也可以开始新的对话",
    "Claude gave no summary of the conversation {name}: nothing was left out": "Claude 没有给出对话 {name} 的总结：未省略任何内容",
    "after {rounds} rounds of tools Claude asks for more; max_rounds allows more of them": (
        "经过 {rounds} 轮工具调用，Claude 仍要求继续；可用 max_rounds 放宽"
    ),
    "a tool must be a function or a definition, not {tool}": "工具必须是函数或工具定义，不能是 {tool}",
    "the function {name} makes no tool: {reason}": "函数 {name} 无法用作工具：{reason}",
    "the store of conversations must be sqlite:///PATH or postgresql://HOST/NAME, not {scheme}": (
        "对话的存储必须是 sqlite:///路径 或 postgresql://主机/库名，不能是 {scheme}"
    ),
    "conversations cannot be kept in {path}: {reason}": "对话无法保存在 {path}：{reason}",
    "{name} is no name of a style: letters, digits, dots, dashes and underscores": (
        "{name} 不是风格名称：可用字母、数字、点、连字符和下划线"
    ),
    "there is no style {name}; there are: {known}": "没有风格 {name}；可用的有：{known}",
    "the style {path} cannot be read: {reason}": "风格文件 {path} 无法读取：{reason}",
    "the style {path} says nothing: give it a persona, a tone, a language or rules": (
        "风格文件 {path} 没有内容：请写明 persona、tone、language 或 rules"
    ),
}
