"""What `yumen write` says, in Chinese."""

from __future__ import annotations

WRITE = {
    "Write a text from a brief.": "按要求撰写文稿。",
    "Write a text from a brief: an outline first, then section after section. A second run goes on where one broke off.": (
        "按要求撰写文稿：先列提纲，再逐节写作。中断后再次运行会接着写。"
    ),
    "what is to be written, for whom and why": "写什么、写给谁、为何而写",
    "the brief is in a file; - is standard input": "写作要求在文件里；- 表示标准输入",
    "an outline of one's own, in Markdown": "自备的提纲，Markdown 格式",
    "print the outline, and write nothing yet": "只输出提纲，暂不写作",
    "how long the text is": "文稿的长短",
    "an earlier run has {count} pieces of this: going on from there": "上次运行已完成 {count} 份，接着写",
    "sections": "节",
    'say what to write: yumen write "BRIEF", or --brief FILE': '请说明要写什么：yumen write "要求"，或 --brief 文件',
    "the outline (--outline-only prints it, --outline FILE takes one of your own):": (
        "提纲如下（--outline-only 只输出提纲，--outline 文件 使用自备的提纲）："
    ),
    "the outline has no sections: each begins with ## or a number": "提纲里没有小节：每节以 ## 或序号开头",
    "the outline has more than {limit} sections": "提纲超过 {limit} 节",
    "the brief is empty": "写作要求是空的",
    "Claude did not write this: {reason}": "Claude 没有写出这一部分：{reason}",
}
