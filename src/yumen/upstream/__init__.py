"""Ask Claude: the sending of a request, and the gateway's own questions."""

from yumen.upstream.get import Get
from yumen.upstream.stage import Send

__all__ = ["Get", "Send"]
