"""What goes wrong, and what is said then."""

from __future__ import annotations

from examples.tour.house import House
from examples.tour.step import Both, Chapter, Step

WHITE_SPACE = """import os
import warnings
from yumen import Claude

with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    claude = Claude(api_key=f" {os.environ['CLAUDE_API_KEY']}\\n", model="claude-haiku-4-5")
print(len(warned), "warning;", "answered" if claude.ask("Hello", max_tokens=5) else "")"""
REFUSED = """import anthropic
from yumen import Claude

try:
    Claude(api_key="yk-production-thisKeyWasNeverMade", model="claude-haiku-4-5").ask("Hello", max_tokens=5)
except anthropic.AuthenticationError as error:
    print(error.status_code, "and what to do stands in the error")"""
TOO_LONG = """from yumen import Claude, PromptTooLong

try:
    Claude(model="claude-haiku-4-5").ask("长文" * 200_000)
except PromptTooLong as error:
    print("refused before it was sent")"""
TRUNCATED = """from yumen import Claude

claude = Claude(model="claude-haiku-4-5")
answer = claude.answer("Tell me a long story about a gate.", max_tokens=60)
print("truncated:", answer.truncated)
print("truncated:", answer.continued().truncated)"""


def white_space(house: House) -> list[str]:
    """A key that was pasted with a line end."""
    return said(house, WHITE_SPACE, "1 warning; answered")


def refused(house: House) -> list[str]:
    """A key that nobody made."""
    return said(house, REFUSED, "401 and what to do stands in the error")


def too_long(house: House) -> list[str]:
    """A prompt beyond the model's window; the file of it as well."""
    lines = said(house, TOO_LONG, "refused before it was sent")
    (house.folder / "long.txt").write_text("长文" * 200_000)
    house.yumen("tokens", "long.txt", "--model", "claude-haiku-4-5", code=1)
    return [*lines, "yumen tokens long.txt --model claude-haiku-4-5: exit 1"]


def truncated(house: House) -> list[str]:
    """An answer that `max_tokens` cut, and its rest."""
    return said(house, TRUNCATED, "truncated: True", "truncated: False")


def said(house: House, program: str, *expected: str) -> list[str]:
    """Run a program that must say just that."""
    lines = house.python(program).splitlines()
    assert lines == list(expected), lines
    return lines


CHAPTER = Chapter(
    Both("Pitfalls", "避坑指南"),
    [
        Step(
            Both("401: white space around the key", "401：密钥里有多余空格"),
            Both("It is trimmed, with a warning.", "自动去掉，并给出警告。"),
            WHITE_SPACE,
            white_space,
            "python",
        ),
        Step(
            Both("401: a key that was revoked, or never made", "401：密钥被重置或不存在"),
            Both("The error says which of its reasons it is.", "错误信息会说明是哪一种原因。"),
            REFUSED,
            refused,
            "python",
        ),
        Step(
            Both("Prompt too long", "提示词过长（Prompt too long）"),
            Both(
                "Counted before it is sent; `tiktoken` counts another company's tokens and cannot do this.",
                "发送之前就数好；`tiktoken` 数的是别家的 token，做不了这件事。",
            ),
            f"{TOO_LONG}\n# yumen tokens long.txt --model claude-haiku-4-5",
            too_long,
            "python",
        ),
        Step(
            Both("An answer that is cut short", "回复截断"),
            Both("It is flagged, and goes on without a seam.", "会明确标出，并能无缝续写。"),
            TRUNCATED,
            truncated,
            "python",
        ),
    ],
)
