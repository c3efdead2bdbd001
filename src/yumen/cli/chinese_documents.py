"""What readers of documents say, in Chinese."""

from __future__ import annotations

DOCUMENTS = {
    "{path} is no text in UTF-8 or GB 18030": "{path} 不是 UTF-8 或 GB 18030 的文本",
    "{path} needs a reader that is not there: pip install 'yumen[documents]'": "读取 {path} 需要另外安装:pip install 'yumen[documents]'",
    "{path} is of no kind that can be read: {kinds}": "无法读取 {path} 这种文件,可读的有:{kinds}",
    "{path} is larger than {limit} MB": "{path} 超过 {limit} MB",
}
