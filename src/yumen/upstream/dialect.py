"""How an upstream wants to be asked, where that is not as Claude is: another path, another body, another credential, other frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from yumen.claude import Endpoint
    from yumen.exchange import Answering, Exchange
    from yumen.exchange.values import Target
    from yumen.http import Headers


class Outgoing(NamedTuple):
    """A request as the upstream wants it; `Host` and what frames the body are added by whoever sends it."""

    path: str
    """The request target, with its query."""
    headers: Headers
    body: bytes
    signed_by: object = None
    """What the dialect itself keeps and signed it with."""


class Dialect(Protocol):
    """The ways of one kind of upstream. `yumen.upstream.bedrock` and `yumen.upstream.vertex` hold one each; Claude's own has none."""

    def serves(self, endpoint: Endpoint) -> bool:
        """Whether that endpoint can be asked there at all."""

    async def outgoing(self, exchange: Exchange, target: Target, model: str) -> Outgoing:
        """Return the request, signed. `model` is the upstream's own name of it. Raises CredentialUnavailable."""

    async def answering(self, exchange: Exchange, answer: Answering) -> Answering:
        """Return the answer as Claude would give it: frames decoded, errors in Claude's shape. One that is so already stays itself.

        Its status may be another than the upstream's: ask what this returns, not the connection. Where the body's beginning alone tells
        an answer from an error, that is waited for.
        """

    async def renew(self, used: object) -> bool:
        """Fetch anew what the dialect itself keeps to sign with, unless it is another already than what was used. Raises nothing.

        Return whether it is another now, so that another attempt may fare better.
        """

    async def close(self) -> None:
        """Give back what it holds."""
