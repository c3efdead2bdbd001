"""What readers of documents say, in Chinese."""

from __future__ import annotations

DOCUMENTS = {
    "{path} is no text in UTF-8 or GB 18030": "{path} 不是 UTF-8 或 GB 18030 的文本",
    "{path} needs a reader that is not there: pip install 'yumen[documents]'": "读取 {path} 需要另外安装：pip install 'yumen[documents]'",
    "{path} is of no kind that can be read: {kinds}": "无法读取 {path} 这种文件，可读的有：{kinds}",
    "{path} is larger than {limit} MB": "{path} 超过 {limit} MB",
    "{path} is damaged, or no file of its kind: {reason}": "{path} 已损坏，或并非此类文件：{reason}",
    "{path} has more than {limit} pages": "{path} 超过 {limit} 页",
    "{path} unfolds into more than {limit} MB": "{path} 解开后超过 {limit} MB",
    "{path} has no text": "{path} 里没有文字",
    "{path} has no text: its pages are pictures, so it must go through text recognition (OCR) first": (
        "{path} 里没有文字：各页都是图片（扫描件），请先做文字识别（OCR）"
    ),
    "{path} is encrypted: save it without a password first": "{path} 已加密：请先另存为不带密码的文件",
    "{path} is encrypted, or of a Word before 2007: save it as DOCX without a password first": (
        "{path} 已加密，或是 Word 2007 之前的格式：请先另存为不带密码的 DOCX"
    ),
}
