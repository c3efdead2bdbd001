"""`yumen support` in Chinese."""

from __future__ import annotations

SUPPORT = {
    "Answer customers from a folder of documents.": "根据一个文件夹中的资料回答客户。",
    "Answer customers from a folder of documents, with its sources, and hand over to a person by rules (docs/support.md).": (
        "根据一个文件夹中的资料回答客户并注明出处，按规则转人工（见 docs/support.zh-CN.md）。"
    ),
    "the folder of documents: Markdown, text, HTML": "资料所在的文件夹：Markdown、纯文本、HTML",
    "what the customer asks; without it, questions are read": "客户的问题；不填则逐行读取问题",
    "who asks: each is remembered by itself": "提问的客户：每位客户分别记忆",
    "when a person takes over (docs/support.md)": "何时转人工（见 docs/support.zh-CN.md）",
    "your own words for Claude: the company's name, the tone": "写给 Claude 的补充说明：公司名称、语气等",
    "a URL that is told of each hand-over": "每次转人工时通知的 URL",
    "where the secret is kept that signs webhooks, such as env:NAME": "webhook 签名密钥的存放处，如 env:NAME",
    "answer over HTTP there": "在该地址以 HTTP 提供服务",
    "where the token is kept that callers of --listen must send": "--listen 的调用方必须携带的令牌的存放处",
    "a URL that gets the answers to questions that come by webhook": "接收 webhook 来问之答复的 URL",
    "answer the customer again whom a person had taken over": "人工处理完毕，重新由助手回答该客户",
    "delete what is remembered of the customer": "删除对该客户的记忆",
    "left out: {reason}": "已略过：{reason}",
    "{customer} is forgotten": "已删除对 {customer} 的记忆",
    "nothing is remembered of {customer}": "没有关于 {customer} 的记忆",
    "{customer} is answered again": "{customer} 重新由助手回答",
    "{customer} was not handed over": "{customer} 未曾转人工",
    "handed over to a person ({reason})": "已转人工（{reason}）",
    "[{number}] {place}, page {page}": "[{number}] {place}，第 {page} 页",
    "[{number}] {place}, line {line}": "[{number}] {place}，第 {line} 行",
    "[{number}] {place}": "[{number}] {place}",
    "{address} is reachable from other machines: name a token with --token": "{address} 可从其他机器访问：请用 --token 指明令牌",
    "--token leads to a text of fewer than 16 characters: a token must be hard to guess": (
        "--token 所指的内容不足 16 个字符：令牌必须难以猜测"
    ),
    "--reply-webhook needs --webhook-secret: without it anybody could ask, and forge answers": (
        "--reply-webhook 需要 --webhook-secret:否则任何人都能提问或伪造答复"
    ),
    "customer service on http://{address}: {files} documents, {passages} passages": (
        "客服已在 http://{address} 提供服务：{files} 份资料，{passages} 个段落"
    ),
    "the index {path} cannot be used: {reason}": "索引 {path} 无法使用：{reason}",
    "{path} is no folder: --knowledge takes the folder of your documents": "{path} 不是文件夹：--knowledge 应为资料所在的文件夹",
    "{path} holds more than {limit} documents": "{path} 中的资料超过 {limit} 份",
    "{path} cannot be used: {reason}": "{path} 无法使用：{reason}",
    "{path} was written by a newer Yumen: install that": "{path} 由更新的 Yumen 写成：请安装新版本",
    "{path} cannot be written: {reason}": "无法写入 {path}：{reason}",
    "{path} holds no rules of a hand-over: {reason}": "{path} 不是转人工的规则：{reason}",
    '{path}: words stand in a rule with when = "words", and there only': '{path}：words 只能也必须写在 when = "words" 的规则中',
    "{path}: times is at least 1": "{path}：times 至少为 1",
    "Claude refuses the credential: {reason}": "Claude 不接受此凭据：{reason}",
}
