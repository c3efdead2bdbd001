"""What `yumen code` says, in Chinese."""

from __future__ import annotations

CODE = {
    "Explain code (yumen code explain PATH[:LINES]), or help with a task in a folder (yumen code TASK).": (
        "解释代码（yumen code explain 路径[:行号]），或在某个文件夹里协助完成任务（yumen code 任务）。"
    ),
    "Explain code, and help with it.": "解释代码，协助编程。",
    "what to explain, or the task in one argument": "要解释的内容，或写成一个参数的任务",
    "the one folder that is read": "唯一读取的文件夹",
    "write the proposed changes, after they are shown": "显示之后，把建议的改动写入文件",
    "there is no folder {path}": "没有文件夹 {path}",
    "name one file or folder to explain": "请只写一个要解释的文件或文件夹",
    "say what is to be done": "请说明要做什么",
    "there is nothing to read in {path}": "{path} 里没有可读的内容",
    "{path} has {count} lines": "{path} 有 {count} 行",
    "{path} is a folder: it has no lines": "{path} 是文件夹，没有行号",
    "{path} leads out of {folder}": "{path} 指向 {folder} 之外",
    "written: {files}": "已写入：{files}",
    "No class or function here has a word of the task.": "这里没有哪个类或函数含有任务里的词。",
    "{path} has changed since it was read: ask again": "{path} 读取之后又变了：请重新提问",
    "{path} cannot be changed: {reason}": "{path} 无法修改：{reason}",
    "outlines of {language} need an extra: pip install 'yumen[code]'": "{language} 的大纲需要附加组件：pip install 'yumen[code]'",
    "Claude looked at the code {count} times and did not come to an answer": "Claude 查看代码 {count} 次，仍未得出答案",
}
