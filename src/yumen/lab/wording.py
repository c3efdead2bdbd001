"""What the report says, in both languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Measure(msgspec.Struct, frozen=True):
    """One measure as it is shown: the summary's field, its names, and how to read it."""

    field: str
    english: str
    chinese: str
    reading: str
    reading_chinese: str
    is_share: bool = False
    scale: float = 1.0


MEASURES = (
    Measure(
        "similarity", "similarity", "相似度", "mean over all pairs; 1 is the same text", "所有两两组合的均值；1 表示文本相同", is_share=True
    ),
    Measure(
        "agreement", "agreement", "一致率", "share of the samples that give the commonest answer", "给出最常见答案的样本比例", is_share=True
    ),
    Measure("valid", "valid", "合规率", "share of the samples that fit the schema", "符合模式的样本比例", is_share=True),
    Measure("characters", "characters", "字符数", "length of an answer", "回答的长度"),
    Measure("vocabulary", "vocabulary", "用词数", "different words in an answer", "一个回答中的不同词数"),
    Measure("output_tokens", "output tokens", "输出 token", "of an answer", "每个回答"),
    Measure("elapsed_ms", "seconds", "秒", "from the question to the whole answer", "从提问到完整回答", scale=0.001),
)

CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "One question, several settings": "同一个问题，不同的参数",
        "setting": "参数",
        "samples": "样本",
        "distinct": "不同",
        "all words": "总词数",
        "truncated": "截断",
        "cost": "费用",
        "common answer": "最常见的答案",
        "Asked": "提问",
        "Answers": "回答",
        "model": "模型",
        "The answers are the offline sandbox's, not Claude's.": "这些回答出自离线沙箱，并非 Claude。",
        "Bars are 95 % confidence intervals: Student's t for means, Wilson's for shares, the jackknife for similarity of pairs.": (
            "误差线为 95 % 置信区间：均值用 Student t，比例用 Wilson，两两相似度用刀切法。"
        ),
        "not known": "未知",
    }
)


def say(sentence: str, *, chinese: bool) -> str:
    """Return a sentence of the report in its language."""
    return CHINESE[sentence] if chinese else sentence


def name_of(measure: Measure, *, chinese: bool) -> str:
    """Return a measure's name in the report's language."""
    return measure.chinese if chinese else measure.english
