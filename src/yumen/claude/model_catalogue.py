"""Every Claude model that answers today, newest first, as Claude's own list has them."""

from __future__ import annotations

from yumen.claude.model import Features, Lifecycle, Model, Sampling, Tokenizer

# Fable, Mythos and Opus 5.5: always thinking, and never forced to a tool.
_ALWAYS_THINKING = Features(forced_tool_choice=False)
_SONNET_5_5 = Features(forced_tool_choice=False, thinking=("adaptive", "between_tools"))
_CLAUDE_5 = Features(thinking=("adaptive", "disabled"))
# Opus 4.7 and Sonnet 5 have no system turns inside the conversation.
_OPUS_4_7 = Features(thinking=("adaptive", "disabled"), mid_conversation_system=False)
_CLAUDE_4_6 = Features(
    sampling=Sampling.ANY,
    thinking=("adaptive", "enabled", "disabled"),
    mid_conversation_system=False,
    efforts=("low", "medium", "high", "max"),
)
_OPUS_4_5 = Features(
    prefill=True, sampling=Sampling.ANY, thinking=("enabled", "disabled"), mid_conversation_system=False, efforts=("low", "medium", "high")
)
_CLAUDE_4_5 = Features(prefill=True, sampling=Sampling.ANY, thinking=("enabled", "disabled"), mid_conversation_system=False, efforts=())

PRESENT: tuple[Model, ...] = (
    Model(id="claude-fable-5-2", display_name="Claude Fable 5.2", line="fable", features=_ALWAYS_THINKING),
    Model(id="claude-mythos-5-2", display_name="Claude Mythos 5.2", line="mythos", features=_ALWAYS_THINKING),
    Model(id="claude-haiku-5-5", display_name="Claude Haiku 5.5", line="haiku", features=_CLAUDE_5),
    Model(id="claude-sonnet-5-5", display_name="Claude Sonnet 5.5", line="sonnet", released="2026-09-28", features=_SONNET_5_5),
    Model(id="claude-fable-5-1", display_name="Claude Fable 5.1", line="fable", features=_ALWAYS_THINKING),
    Model(id="claude-opus-5-5", display_name="Claude Opus 5.5", line="opus", released="2026-09-22", features=_ALWAYS_THINKING),
    Model(id="claude-mythos-5-1", display_name="Claude Mythos 5.1", line="mythos", features=_ALWAYS_THINKING),
    Model(id="claude-sonnet-5", display_name="Claude Sonnet 5", line="sonnet", features=_OPUS_4_7),
    Model(id="claude-fable-5", display_name="Claude Fable 5", line="fable", features=_ALWAYS_THINKING),
    Model(id="claude-mythos-5", display_name="Claude Mythos 5", line="mythos", features=_ALWAYS_THINKING),
    Model(id="claude-opus-5", display_name="Claude Opus 5", line="opus", released="2026-07-24", features=_CLAUDE_5),
    Model(id="claude-opus-4-8", display_name="Claude Opus 4.8", line="opus", features=_CLAUDE_5),
    Model(id="claude-opus-4-7", display_name="Claude Opus 4.7", line="opus", released="2026-04-16", features=_OPUS_4_7),
    Model(
        id="claude-opus-4-6",
        display_name="Claude Opus 4.6",
        line="opus",
        released="2026-02-05",
        tokenizer=Tokenizer.CLAUDE_3,
        features=_CLAUDE_4_6,
    ),
    Model(
        id="claude-sonnet-4-6",
        display_name="Claude Sonnet 4.6",
        line="sonnet",
        released="2026-02-17",
        tokenizer=Tokenizer.CLAUDE_3,
        features=_CLAUDE_4_6,
    ),
    Model(
        id="claude-opus-4-5-20251101",
        aliases=("claude-opus-4-5",),
        display_name="Claude Opus 4.5",
        line="opus",
        released="2025-11-01",
        max_input_tokens=200_000,
        max_tokens=64_000,
        tokenizer=Tokenizer.CLAUDE_3,
        features=_OPUS_4_5,
    ),
    Model(
        id="claude-haiku-4-5-20251001",
        aliases=("claude-haiku-4-5",),
        display_name="Claude Haiku 4.5",
        line="haiku",
        released="2025-10-01",
        max_input_tokens=200_000,
        max_tokens=64_000,
        tokenizer=Tokenizer.CLAUDE_3,
        features=_CLAUDE_4_5,
    ),
    Model(
        id="claude-sonnet-4-5-20250929",
        aliases=("claude-sonnet-4-5",),
        display_name="Claude Sonnet 4.5",
        line="sonnet",
        lifecycle=Lifecycle.DEPRECATED,
        released="2025-09-29",
        retires_on="2026-11-30",
        max_input_tokens=200_000,
        max_tokens=64_000,
        tokenizer=Tokenizer.CLAUDE_3,
        features=_CLAUDE_4_5,
    ),
)
