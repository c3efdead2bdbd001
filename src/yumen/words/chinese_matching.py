"""What is said of the words and patterns of a policy's rules, in Chinese."""

from __future__ import annotations

MATCHING = {
    "rule {rule}: a word has more than {most} characters": "规则 {rule}：有词语超过 {most} 个字符",
    "rule {rule}: the word {word} has no letter, digit or sign to look for": "规则 {rule}：词语 {word} 中没有可查找的字母、数字或符号",
    "rule {rule}: the word {word} has too many signs around its letters": "规则 {rule}：词语 {word} 前后的符号太多",
    "there are more than {most} words in the rules": "规则中的词语超过 {most} 个",
    "there are more than {most} patterns in the rules": "规则中的正则表达式超过 {most} 个",
    "rule {rule}: a pattern has more than {most} characters": "规则 {rule}：有正则表达式超过 {most} 个字符",
    "rule {rule}: pattern_reach goes from 1 to {most}": "规则 {rule}：pattern_reach 取 1 到 {most}",
    "rule {rule}: the pattern is not right: {reason}": "规则 {rule}：正则表达式有误：{reason}",
    "rule {rule}: the pattern {pattern} matches empty text": "规则 {rule}：正则表达式 {pattern} 会匹配空文本",
    "the patterns of the rules are too large together: write some of them smaller": "规则中的正则表达式合起来太大：请把其中一些写得更小",
}
