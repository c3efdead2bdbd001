"""The webhook both ways: a signed question comes in once, and its signed answer goes out."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import msgspec

from yumen.assistants.support.doors import decoded
from yumen.assistants.support.forms import Answered, Incoming, Outgoing, answered
from yumen.errors import Fault, OperatorError, Unauthenticated
from yumen.notices import Message
from yumen.notices.signature import TOLERANCE_S, is_signed, signed_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.assistants.support.handing import Teller
    from yumen.assistants.support.service import Support
    from yumen.clock import Clock
    from yumen.notices import Poster, Target

US_PER_S = 1_000_000
REMEMBERED = 10_000
"""Ids of questions that came of late; a sender that heard no answer sends the same once more."""
NO_ANSWER = "No answer can be had now; a person should look at this."


class JsonHook:
    """Posts a notice's text as it stands: it is JSON already."""

    name = "webhook"

    def __init__(self, poster: Poster, target: Target, secret: str, clock: Clock) -> None:
        """Sign with the secret; the time is the clock's."""
        self._poster = poster
        self._target = target
        self._secret = secret
        self._clock = clock

    async def tell(self, message: Message) -> None:
        """Deliver it once, or raise NotSentError."""
        body = message.text.encode()
        await self._poster.post(self._target, body, signed_headers(self._secret, self._clock.now_us() // US_PER_S, body))


class Replying:
    """Takes questions, and answers them elsewhere."""

    def __init__(self, support: Support, teller: Teller, secret: str, clock: Clock) -> None:
        """Answer through that teller what was signed with the secret."""
        self._support = support
        self._teller = teller
        self._secret = secret
        self._clock = clock
        self._came: OrderedDict[str, int] = OrderedDict()

    def taken(self, headers: Mapping[str, str], body: bytes) -> Incoming | None:
        """Return the question of a webhook; None: it came before. Raises Unauthenticated and InvalidRequest.

        Whoever sends must sign: `x-yumen-timestamp` in seconds, `x-yumen-signature` as our own notices have it.
        """
        now_s = self._clock.now_us() // US_PER_S
        if not is_signed(self._secret, dict(headers), body, now_s):
            raise Unauthenticated("The signature was not accepted.")
        incoming = decoded(body, Incoming)
        while self._came and (len(self._came) > REMEMBERED or next(iter(self._came.values())) < now_s - 2 * TOLERANCE_S):
            self._came.popitem(last=False)
        if incoming.id in self._came:
            return None
        self._came[incoming.id] = now_s
        return incoming

    def reply(self, incoming: Incoming) -> None:
        """Answer a question, and let the answer be delivered; where none can be had, that is what is delivered."""
        try:
            answer = answered(incoming.customer, self._support.answer(incoming.question, customer=incoming.customer))
        except (Fault, OperatorError):
            answer = Answered(incoming.customer, NO_ANSWER, (), None, sandbox=False)
        outgoing = Outgoing(incoming.id, incoming.customer, incoming.question, answer)
        self._teller.tell(Message("answer", msgspec.json.encode(outgoing).decode(), incoming.id))
