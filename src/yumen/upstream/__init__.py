"""Ask Claude: the sending of a request, what follows where that fails, and the gateway's own questions."""

from yumen.upstream.get import Get
from yumen.upstream.options import Around, RetryOptions
from yumen.upstream.stage import Send
from yumen.upstream.wait import Wait

__all__ = ["Around", "Get", "RetryOptions", "Send", "Wait"]
