"""Text Completions, Claude's API of 2023, translated to Messages and back: `POST /v1/complete` in both of its dialects."""

from yumen.claude.completions.answer import legacy_answer, legacy_error
from yumen.claude.completions.dialect import Dialect, LegacyForm, dialect_of
from yumen.claude.completions.mapping import DEFAULT_MODEL, ModelMapping
from yumen.claude.completions.request import Completion, parse_completion
from yumen.claude.completions.stream import LegacyStream
from yumen.claude.completions.translation import UPSTREAM_PATH, UPSTREAM_VERSION, Translation, translate_completion

__all__ = [
    "DEFAULT_MODEL",
    "UPSTREAM_PATH",
    "UPSTREAM_VERSION",
    "Completion",
    "Dialect",
    "LegacyForm",
    "LegacyStream",
    "ModelMapping",
    "Translation",
    "dialect_of",
    "legacy_answer",
    "legacy_error",
    "parse_completion",
    "translate_completion",
]
