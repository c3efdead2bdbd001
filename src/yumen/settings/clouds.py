"""What a credential of Amazon Bedrock or Google Vertex AI must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.secrets.rules import judge_key, judge_text
from yumen.settings.credential import judge_for

if TYPE_CHECKING:
    from yumen.secrets.rules import Judge
    from yumen.settings.sending import Upstream


def judge_of(upstream: Upstream, url: str) -> Judge:
    """Return what judges an upstream's credential: Bedrock's is an API key, one of Vertex may be a key in JSON, of several lines."""
    if upstream.kind == "vertex":
        return judge_text
    return judge_key if upstream.kind == "bedrock" else judge_for(url)
