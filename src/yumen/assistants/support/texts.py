"""What a customer is told that Claude does not say: in the question's own language."""

from __future__ import annotations

from typing import Literal

import msgspec

from yumen.assistants.support.terms import is_chinese

Language = Literal["en", "zh"]


class Texts(msgspec.Struct, frozen=True):
    """All of them in one language."""

    greeting: str
    nothing_found: str
    handed_over: str
    still_with_person: str
    sorry: str
    quoted: str
    sandbox: str


ENGLISH = Texts(
    greeting="Hello! What would you like to know?",
    nothing_found="I found nothing about that in our documents. Could you put it in other words, or ask for a person?",
    handed_over="A colleague takes over and will get back to you. Our conversation goes along, so you need not repeat it.",
    still_with_person="A colleague has your question and will get back to you.",
    sorry="I am sorry that this did not help. Could you put it in other words? You may ask for a person at any time.",
    quoted="This is what our documents say:",
    sandbox="(sandbox, not Claude)",
)
CHINESE = Texts(
    greeting="您好！请问有什么可以帮您？",
    nothing_found="我们的资料里没有找到相关内容。您可以换个说法，或者要求转人工。",
    handed_over="我为您转接人工同事，之后会有人联系您。之前的对话会一并转交，您不必重复。",
    still_with_person="同事已收到您的问题，会尽快联系您。",
    sorry="很抱歉没有帮上忙。请您换个说法再问一次，也可以随时要求转人工。",
    quoted="我们的资料是这样写的：",
    sandbox="（沙箱输出，并非 Claude）",
)
TEXTS: dict[Language, Texts] = {"en": ENGLISH, "zh": CHINESE}


def language_of(question: str) -> Language:
    """Return the language that a question is answered in."""
    return "zh" if is_chinese(question) else "en"


def texts_for(question: str) -> Texts:
    """Return the texts in a question's language."""
    return TEXTS[language_of(question)]
