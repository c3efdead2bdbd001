"""Ask Claude: the request as the upstream gets it, and its sending."""

from yumen.upstream.head import request_head
from yumen.upstream.stage import Send

__all__ = ["Send", "request_head"]
