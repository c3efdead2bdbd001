"""`yumen support --listen`: the endpoint, opened with what its options say."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import msgspec

from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.notices import Poster, Target, parse_target
from yumen.settings import Address, cannot_listen, parse_address
from yumen.settings.address import is_loopback

if TYPE_CHECKING:
    from yumen.assistants.support import Support
    from yumen.assistants.support.replying import Replying
    from yumen.cli.console import Console

MIN_TOKEN_CHARACTERS = 16


class Listening(msgspec.Struct, frozen=True):
    """Where to listen, and to whom."""

    address: Address
    token: str | None
    reply: Target | None
    secret: str | None

    @classmethod
    def of(cls, listen: str, token: str | None, reply: str | None, secret: str | None) -> Self:
        """Return it as the options have it. Raises OperatorError where they will not do."""
        address = parse_address(listen, "--listen")
        if token is None and not is_loopback(address.host):
            raise OperatorError("{address} is reachable from other machines: name a token with --token", address=address)
        if token is not None and len(token) < MIN_TOKEN_CHARACTERS:
            raise OperatorError("--token leads to a text of fewer than 16 characters: a token must be hard to guess")
        if reply is not None and secret is None:
            raise OperatorError("--reply-webhook needs --webhook-secret: without it anybody could ask, and forge answers")
        return cls(address, token, None if reply is None else parse_target(reply, "--reply-webhook"), secret)


def serve_support(service: Support, listening: Listening, console: Console) -> int:
    """Answer over HTTP until SIGINT or SIGTERM. Raises OperatorError where the address cannot be had."""
    from yumen.assistants.support.doors import Doors
    from yumen.assistants.support.endpoint import Endpoint
    from yumen.assistants.support.serving import bound, serve_application

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with ExitStack() as closing:
        try:
            at = closing.enter_context(bound(listening.address))
        except OSError as error:
            raise cannot_listen(listening.address, error) from error
        address = Address(listening.address.host, at.getsockname()[1])
        replying = replying_of(service, listening, closing)
        application = Endpoint(service, Doors(listening.token), replying).application()
        files, passages = service.knowledge.size
        serve_application(
            application,
            at,
            lambda: console.line(
                "customer service on http://{address}: {files} documents, {passages} passages",
                address=address,
                files=files,
                passages=passages,
            ),
        )
    return 0


def replying_of(service: Support, listening: Listening, closing: ExitStack) -> Replying | None:
    """Return what answers questions that come by webhook, where there is somewhere to send the answers."""
    from yumen.assistants.support.replying import JsonHook, Replying
    from yumen.assistants.support.telling import WebhookTeller

    if listening.reply is None or listening.secret is None:
        return None
    clock = Clock()
    teller = WebhookTeller(JsonHook(Poster(), listening.reply, listening.secret, clock), clock)
    closing.callback(teller.close)
    return Replying(service, teller, listening.secret, clock)
