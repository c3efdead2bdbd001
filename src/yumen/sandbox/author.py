"""Writes the answer to an Ask: finds its rule, draws the words, calls the tools, and counts what it used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.models import find_model
from yumen.sandbox.answer import Answer, Refusal, StopDetails, Text, invalid
from yumen.sandbox.cutting import Limit, limit_to, stop_at
from yumen.sandbox.draw import Draw
from yumen.sandbox.prompt_cache import InputUsage, PromptCache, prompt_tokens
from yumen.sandbox.resuming import resumed
from yumen.sandbox.rules import Match, Rule, Trouble, Wording, first_match
from yumen.sandbox.schema import Filler
from yumen.sandbox.thinking import redact, think
from yumen.sandbox.tools import call_tools
from yumen.sandbox.trouble import Wishes, joined, refusal_of
from yumen.sandbox.wording import choose, render

if TYPE_CHECKING:
    from yumen.claude.model import Model
    from yumen.clock import Clock
    from yumen.sandbox.answer import Part
    from yumen.sandbox.ask import Ask
    from yumen.sandbox.options import SandboxOptions
    from yumen.sandbox.repetitions import Repetitions

STRICT_LEAST_CACHED_TOKENS = 1024
_EXCERPT = 200
_UNKNOWN_WINDOW = 1_000_000


class Written(msgspec.Struct, frozen=True):
    """An answer with its usage and with what goes wrong on its way."""

    model: str
    answer: Answer
    usage: InputUsage
    trouble: Trouble
    draw: Draw


MOST_DRAWS = 100
"""Among so many of its own answers the sandbox looks for the one that is gone on with."""


class Author:
    """Answers; the same seed, request and repetition give the same answer."""

    def __init__(self, clock: Clock, options: SandboxOptions, rules: tuple[Rule, ...], repetitions: Repetitions) -> None:
        """Answer by those rules."""
        self._clock = clock
        self._options = options
        self._own_rules = rules
        self._rules = rules
        self._repetitions = repetitions
        self._cache = PromptCache(clock.now_us, STRICT_LEAST_CACHED_TOKENS if options.strict else 0)

    def put_first(self, rules: tuple[Rule, ...]) -> None:
        """Let those rules come before all others; none: only the others count again."""
        self._rules = (*rules, *self._own_rules)

    def reset(self) -> None:
        """Forget what was asked so far."""
        self._repetitions.reset()
        self._cache.clear()

    def answer(self, ask: Ask, wishes: Wishes) -> Written | Refusal:
        """Answer, or refuse as a rule, a header or the context window says."""
        repetition = self._repetitions.next(ask.fingerprint)
        wishes = wishes.after(repetition)
        if wishes.error is not None:
            return refusal_of(wishes.error)
        model = find_model(ask.model)
        tokens = prompt_tokens(ask)
        if refusal := too_long(tokens, ask, model):
            return refusal
        match = self._match(ask)
        if match.rule.error is not None:
            return refusal_of(match.rule.error)
        seed = self._options.seed if wishes.seed is None else wishes.seed
        # At temperature 0 the same request repeats exactly; above it each coming is another draw.
        frozen = ask.sampling.temperature <= 0 or ask.sampling.top_k == 1
        draw = Draw(seed, ask.fingerprint, 0 if frozen else repetition)
        answer = self._go_on(ask, wishes, seed) or self._compose(ask, match, wishes, draw)
        answer = limit_to(answer, limit_of(tokens, ask, model), ask.model)
        usage = self._cache.use(ask)
        return Written(model.id if model else ask.model, answer, usage, joined(match.rule.trouble, wishes.trouble), draw)

    def _match(self, ask: Ask) -> Match:
        spent = {rule.name for rule in self._rules if rule.times is not None and self._repetitions.rule_uses(rule.name) >= rule.times}
        match = first_match(self._rules, ask, spent) or Match(Rule(name="nothing fits", text="{{OK|All right}}."))
        self._repetitions.use_rule(match.rule.name)
        return match

    def _go_on(self, ask: Ask, wishes: Wishes, seed: int) -> Answer | None:
        """Return the rest of an answer that was cut off; None where none is asked for, or it was not one of this sandbox's own."""
        cut_off = resumed(ask)
        match = first_match(self._rules, cut_off.ask, ()) if cut_off is not None and wishes.text is None else None
        if cut_off is None or match is None:
            return None
        # Which of its draws it was is not said: the one that begins so is it.
        draws = (Draw(seed, ask.begun_as, number) for number in range(min(self._repetitions.so_far(ask.begun_as), MOST_DRAWS)))
        for whole in (self._compose(cut_off.ask, match, wishes, draw) for draw in draws):
            words = [part for part in whole.parts if isinstance(part, Text)]
            rest = cut_off.rest_of(words[0].text) if len(words) == 1 else None
            if rest is not None:
                return msgspec.structs.replace(whole, parts=(Text(rest),) if rest else ())
        return None

    def _compose(self, ask: Ask, match: Match, wishes: Wishes, draw: Draw) -> Answer:
        rule = match.rule
        if rule.refusal is not None or wishes.stop_reason == "refusal":
            details = StopDetails(rule.refusal.category, rule.refusal.explanation) if rule.refusal else StopDetails(None, None)
            return Answer((), "refusal", stop_details=details)
        parts = _thoughts(ask, rule, draw)
        calls = () if wishes.text is not None else call_tools(ask, tuple(rule.tools), self._clock.new_id)
        if not calls:
            parts.append(Text(wishes.text if wishes.text is not None else write(ask, match, draw)))
        elif not ask.choice.demands:
            parts.append(Text(announce(ask, [call.name for call in calls], match, draw)))
        parts, stop = stop_at([part for part in parts if not isinstance(part, Text) or part.text], ask.stop_sequences)
        if stop is not None:
            return Answer(tuple(parts), "stop_sequence", stop)
        reason = wishes.stop_reason or rule.stop_reason or ("tool_use" if calls else "end_turn")
        return Answer((*parts, *calls), reason)


def _thoughts(ask: Ask, rule: Rule, draw: Draw) -> list[Part]:
    """Thinking comes first, where it is on; between tools, only after a tool's result."""
    if rule.redacted_thinking:
        return [redact(draw)]
    if not ask.thinking.on or (ask.thinking.kind == "between_tools" and not ask.last.has_result):
        return []
    return [think(ask, rule.thinking, draw.child("thinking"), shown=_shown(ask))]


def _shown(ask: Ask) -> bool:
    """Models that take no `enabled` thinking show theirs only when asked to."""
    model = find_model(ask.model)
    if ask.thinking.display is not None or model is None:
        return ask.thinking.display != "omitted"
    return "enabled" in model.features.thinking


def write(ask: Ask, match: Match, draw: Draw) -> str:
    """Return the words of an answer: a structured output where one is due, else what the rule says."""
    if ask.format_schema is not None:
        filled = Filler(ask.format_schema, ask.question).fill()
        return msgspec.json.encode(filled).decode()
    wordings = match.rule.wordings or [Wording("{{OK|All right}}.")]
    chosen = choose([each.weight for each in wordings], ask.sampling, draw.fraction("wording"))
    return render(wordings[chosen].text.strip("\n"), _values(ask, match), ask.sampling, draw)


def announce(ask: Ask, names: list[str], match: Match, draw: Draw) -> str:
    """Return what is said before a call: the rule's text, else a sentence."""
    if match.rule.tools and match.rule.text is not None:
        return write(ask, match, draw)
    listed = ", ".join(names)
    template = "{{我来调用|我使用}} {{names}}。" if ask.chinese else "{{I'll use|Let me call|I will call}} {{names}}."
    return render(template, {"names": listed}, ask.sampling, draw)


def _values(ask: Ask, match: Match) -> dict[str, str]:
    question = ask.question
    results = [block.text for block in ask.last.blocks if block.kind == "tool_result"]
    groups = {str(place + 1): group for place, group in enumerate(match.groups)}
    excerpt = " ".join(question.split())
    return groups | {
        "text": question,
        "excerpt": excerpt if len(excerpt) <= _EXCERPT else excerpt[:_EXCERPT] + "…",
        "characters": str(len(question)),
        "model": ask.model,
        "system": ask.instructions,
        "turns": str(sum(turn.role == "user" for turn in ask.turns)),
        "result": "\n".join(results),
    }


def too_long(tokens: int, ask: Ask, model: Model | None) -> Refusal | None:
    """Refuse a prompt that is larger than the context window; models before 4.5 count `max_tokens` in."""
    window = model.max_input_tokens if model else _UNKNOWN_WINDOW
    if tokens > window:
        return invalid(f"prompt is too long: {tokens} tokens > {window} maximum")
    if model is not None and model.retired and not ask.completion and tokens + ask.max_tokens > window:
        return invalid(
            f"input length and `max_tokens` exceed context limit: {tokens} + {ask.max_tokens} > {window}, "
            "decrease input length or `max_tokens` and try again"
        )
    return None


def limit_of(tokens: int, ask: Ask, model: Model | None) -> Limit:
    """Return how long the answer may be: `max_tokens`, or what is left of the window."""
    left = (model.max_input_tokens if model else _UNKNOWN_WINDOW) - tokens
    if left < ask.max_tokens:
        return Limit(left, "model_context_window_exceeded")
    return Limit(ask.max_tokens)
