"""Whether a prompt fits its model's window, by how much it does not, and which of its messages weigh most."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude import estimate_request, estimate_text
from yumen.claude.models import find_model
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ERROR = 0.3
"""How far an estimate is off at most, as we count on it: against real counts 27 % in the 95th of a hundred texts (claude/tokens.py)."""
SHOWN = 3
SAID = re.compile(r"prompt is too long: (\d+) tokens > (\d+) maximum")
NO_WORDS = frozenset({"role", "data", "signature", "encrypted_content", "type", "id", "tool_use_id", "cache_control", "url", "media_type"})
"""Members of a block that hold no words; pictures and pages count, but not here: an estimate that must not be too high leaves them out."""
TOO_LONG = (
    "the prompt is too long for {model}, and was not sent: about {tokens} tokens, at least {over} more than the {window} that it takes; "
    "most of it is in {heaviest}"
)


class Weight(msgspec.Struct, frozen=True):
    """A part of a prompt, and the tokens it takes by estimate."""

    part: str
    """`system`, `tools`, or `messages.N (role)`, counted from 0 as Claude's errors do."""
    tokens: int


class PromptTooLong(OperatorError):  # noqa: N818  (the house names faults by what is wrong)
    """A prompt that is larger than its model's window, beyond doubt; it was not sent."""

    def __init__(self, model: str, window: int, weights: list[Weight]) -> None:
        """Say by how much at least, and where the weight is."""
        self.tokens = sum(weight.tokens for weight in weights)
        """The estimate."""
        self.at_least = at_least(self.tokens)
        """What it has if the estimate is as far too high as it can be."""
        self.window = window
        self.over = self.at_least - window
        """By how many tokens it is too long at least."""
        self.heaviest = heaviest(weights)
        numbers = {"tokens": f"{self.tokens:,}", "over": f"{self.over:,}", "window": f"{window:,}"}
        super().__init__(TOO_LONG, model=model, heaviest=listed(self.heaviest), **numbers)


def at_least(tokens: int) -> int:
    """Return the least that a text of that estimate has."""
    return int(tokens / (1 + ERROR))


def at_most(tokens: int) -> int:
    """Return the most."""
    return int(tokens * (1 + ERROR))


def check_fits(body: Mapping[str, Any]) -> None:
    """Raise PromptTooLong where a request's prompt is beyond doubt larger than its model's window; it takes 5 ms for a megabyte."""
    model = body.get("model")
    known = find_model(model) if isinstance(model, str) else None
    if known is None or not may_be_over(body, known.max_input_tokens):
        return
    weights = weights_of(body)
    if at_least(sum(weight.tokens for weight in weights)) > known.max_input_tokens:
        raise PromptTooLong(str(model), known.max_input_tokens, weights)


def may_be_over(body: Mapping[str, Any], window: int) -> bool:
    """Whether a prompt has more bytes than the window has tokens; no token stands for less than a byte."""
    room = window
    for name in ("system", "tools", "messages"):
        for text in words_of(body.get(name)):
            room -= len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
            if room < 0:
                return True
    return False


def weights_of(body: Mapping[str, Any]) -> list[Weight]:
    """Return what each part of a prompt weighs, by estimate."""
    model = body.get("model")
    model = model if isinstance(model, str) else None
    parts = [(name, body[name]) for name in ("system", "tools") if body.get(name)]
    for place, message in enumerate(body.get("messages") or ()):
        role = message.get("role") if isinstance(message, dict) else None
        parts.append((f"messages.{place} ({role or '?'})", message))
    return [Weight(part, sum(estimate_text(text, model) for text in words_of(value))) for part, value in parts]


def tokens_of(body: Mapping[str, Any]) -> int:
    """Return what a whole prompt weighs, by estimate."""
    model = body.get("model")
    texts = (text for name in ("system", "tools", "messages") for text in words_of(body.get(name)))
    return estimate_request(texts, model if isinstance(model, str) else None)


def words_of(value: object) -> Iterator[str]:
    """Yield every text of a part of a request that the model reads as text."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            plain = one.get("type") == "text" and "data" in one  # the source of a document that is text
            pending.extend(inner for name, inner in one.items() if name not in NO_WORDS or (name == "data" and plain))
        elif isinstance(one, list | tuple):
            pending.extend(one)


def heaviest(weights: list[Weight]) -> list[Weight]:
    """Return the parts that weigh most, the heaviest first."""
    return sorted(weights, key=lambda weight: -weight.tokens)[:SHOWN]


def listed(weights: list[Weight]) -> str:
    """Return parts with their weights for people."""
    return ", ".join(f"{weight.part} ≈ {weight.tokens:,}" for weight in weights)


def more_on(said: str, body: Mapping[str, Any]) -> str | None:
    """Return what else there is to say to a server's word that a prompt is too long; None: that is not what it says."""
    found = SAID.search(said)
    if found is None:
        return None
    tokens, window = int(found[1]), int(found[2])
    weights = weights_of(body)
    scale = tokens / max(1, sum(weight.tokens for weight in weights))
    scaled = [msgspec.structs.replace(weight, tokens=round(weight.tokens * scale)) for weight in heaviest(weights)]
    return f"{tokens - window:,} tokens too many; most of it is in {listed(scaled)}"
