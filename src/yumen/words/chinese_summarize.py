"""What `yumen summarize` says, in Chinese."""

from __future__ import annotations

SUMMARIZE = {
    "Sum up documents.": "生成文档摘要。",
    "Sum up documents: text, Markdown, HTML, PDF, DOCX. A second run goes on where one broke off.": (
        "生成文档摘要：纯文本、Markdown、HTML、PDF、DOCX。中断后再次运行会接着做。"
    ),
    "files, patterns and folders; - is standard input": "文件、通配符或文件夹；- 表示标准输入",
    "how long the summary is": "摘要的长短",
    "what it looks like": "摘要的形式",
    "the language of what is written; without it, that of what it is made from": "输出使用的语言；不填则与原文一致",
    "where the text goes, instead of standard output": "写入此文件，而不是标准输出",
    "the largest prompt, where it is to be less than the model takes": "单次提示的上限（token），用于小于模型窗口的情况",
    "an earlier run has notes on {count} parts: going on from there": "上次运行已完成 {count} 个部分，接着做",
    "the sandbox translates nothing: the sentences are in the documents' own language": "沙箱不翻译：句子保持文档原来的语言",
    "parts": "部分",
    "there is no text to sum up": "没有可供摘要的文字",
    "{path}: there is no document that can be read": "{path}：没有可读的文档",
    "Claude gave no summary of {title}: {reason}": "Claude 没有给出 {title} 的摘要：{reason}",
    "Claude's summary is no JSON: {reason}": "Claude 的摘要不是 JSON:{reason}",
}
