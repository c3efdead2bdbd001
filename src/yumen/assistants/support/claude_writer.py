"""Lets Claude write the answers, through any client of the SDK's; what goes wrong there becomes a fault of ours."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anthropic

from yumen.assistants.support.citing import written_of
from yumen.assistants.support.prompt import messages_of, system_of
from yumen.assistants.support.writer import NoAnswer
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from anthropic.types import Message

    from yumen.assistants.support.values import Asked, Written

log = logging.getLogger("yumen.support")

MAX_TOKENS = 1500


class ClaudeWriter:
    """Asks Claude."""

    is_sandbox = False

    def __init__(self, claude: anthropic.Anthropic, model: str, more: str = "") -> None:
        """Ask that client for that model; `more` are the company's own words for the system prompt."""
        self._claude = claude
        self._model = model
        self._more = more
        self._documents = True

    def write(self, asked: Asked) -> Written:
        """Return Claude's answer. Raises NoAnswer, and OperatorError where the credential is refused."""
        documents = self._documents
        try:
            return written_of(self._ask(asked, documents=documents).content, asked.hits, documents=documents)
        except anthropic.BadRequestError as error:
            if not documents or not refuses_citations(error):
                raise no_answer(error) from error
            self._documents = False  # this model has none: from now on the passages are text, and the numbers Claude's own
            return self.write(asked)
        except (anthropic.AuthenticationError, anthropic.PermissionDeniedError) as error:
            raise OperatorError("Claude refuses the credential: {reason}", reason=error.message) from error
        except anthropic.AnthropicError as error:
            raise no_answer(error) from error

    def _ask(self, asked: Asked, *, documents: bool) -> Message:
        messages: list[Any] = messages_of(asked, documents=documents)
        message: Message = self._claude.messages.create(
            model=self._model, max_tokens=MAX_TOKENS, system=system_of(self._more, documents=documents), messages=messages
        )
        return message


def refuses_citations(error: anthropic.BadRequestError) -> bool:
    """Whether a request was refused for its documents or their citations."""
    return any(word in error.message.lower() for word in ("citation", "document"))


def no_answer(error: anthropic.AnthropicError) -> NoAnswer:
    """Return the fault for it; the log has the reason, the customer has no business with it."""
    log.warning("no answer from Claude: %s", error)
    return NoAnswer()
