"""A conversation that is kept, for `await`: as `conversation.py`, in any event loop."""

from __future__ import annotations

import os
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from yumen.client import talk
from yumen.client.answers import AsyncAnswer, flag
from yumen.client.call import text_of
from yumen.client.conversing_async import AsyncDoing
from yumen.client.loop import join
from yumen.client.sending import send_async
from yumen.client.session_place import session_url
from yumen.client.session_tools import ToolSet
from yumen.client.steps import carry_out_async
from yumen.client.turning import turn
from yumen.clock import Clock
from yumen.sessions.export import Form, export

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Sequence
    from types import TracebackType
    from typing import Self

    from yumen.client.core_async import AsyncCore
    from yumen.client.prompting import Manner
    from yumen.client.session_tools import ToolLike
    from yumen.client.talk import Saved
    from yumen.client.turning import Ended
    from yumen.sessions import Found, Listed, Turn


class AsyncSpoken:
    """An answer that comes piece by piece: iterate over its text; then `answer` has the whole. One that is left early does not count."""

    def __init__(self, converse: AsyncConversation, question: bytes, manner: Manner) -> None:
        """Nothing is sent before the first piece is asked for."""
        self._answer: AsyncAnswer | None = None
        self._pieces = converse._pieces(question, manner, self._take)  # noqa: SLF001  (the conversation's own)

    def _take(self, answer: AsyncAnswer) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield the text as it comes; a loop that is left leaves the answer."""
        try:
            async for text in self._pieces:
                yield text
        finally:
            await self._pieces.aclose()

    async def answer(self) -> AsyncAnswer:
        """Return the whole answer; what has not come yet is waited for."""
        async for _ in self:
            pass
        if self._answer is None:
            raise RuntimeError("the answer was left before its end")
        return self._answer

    async def aclose(self) -> None:
        """Leave the answer: the turn is broken, and the next may begin."""
        await self._pieces.aclose()

    async def __aenter__(self) -> Self:
        """Leave it at the end of the block."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave it."""
        await self.aclose()


class AsyncConversation:
    """One conversation by its name. Safe to share between tasks; turns of one name are asked one after the other, also over processes."""

    def __init__(self, claude: AsyncCore, manner: Manner, sessions: str | None, patience_s: float = talk.PATIENCE_S) -> None:
        """Made by `AsyncClaude.conversation`. `sessions` is the address of the store, None the user's own file."""
        self._claude = claude
        self._manner = manner
        self._url = session_url(sessions, os.environ)
        self._patience_s = patience_s
        self._clock = Clock()

    @property
    def name(self) -> str:
        """Its name."""
        return self._manner.name

    @overload
    async def say(
        self, content: str | Sequence[Any], *, stream: Literal[False] = False, tools: Iterable[ToolLike] | None = None
    ) -> AsyncAnswer: ...

    @overload
    async def say(self, content: str | Sequence[Any], *, stream: Literal[True], tools: Iterable[ToolLike] | None = None) -> AsyncSpoken: ...

    async def say(
        self, content: str | Sequence[Any], *, stream: bool = False, tools: Iterable[ToolLike] | None = None
    ) -> AsyncAnswer | AsyncSpoken:
        """Say something, and return the answer once it is stored; with `stream`, its text piece by piece. As `Conversation.say`."""
        return await self._ask(talk.question_of(content), self._with(tools), stream=stream)

    @overload
    async def resume(self, *, stream: Literal[False] = False, tools: Iterable[ToolLike] | None = None) -> AsyncAnswer: ...

    @overload
    async def resume(self, *, stream: Literal[True], tools: Iterable[ToolLike] | None = None) -> AsyncSpoken: ...

    async def resume(self, *, stream: bool = False, tools: Iterable[ToolLike] | None = None) -> AsyncAnswer | AsyncSpoken:
        """Ask the `unanswered` question again. Raises OperatorError where there is none, and as `say` does."""
        question = talk.question_again(talk.unanswered_in(await self.turns(), self._clock.now_us()), self.name)
        return await self._ask(question, self._with(tools), stream=stream)

    async def turns(self) -> tuple[Turn, ...]:
        """Return every turn that is stored, oldest first, dropped and broken ones too."""
        return (await join(talk.read(self._url, self.name)))[1]

    async def unanswered(self) -> str | None:
        """Return the last question, where no answer to it came (a crash, an error) and none is under way; else None."""
        return talk.asked_in(talk.unanswered_in(await self.turns(), self._clock.now_us()))

    async def saved(self) -> Saved:
        """Return what Claude's prompt cache saved in this conversation: tokens and money."""
        return talk.saved_in(await self.turns())

    async def fork(self, name: str) -> AsyncConversation:
        """Return a copy under another name, which goes its own way. Raises OperatorError where that is taken, or nothing was said yet."""
        manner = talk.renamed(self._manner, name)
        await join(talk.fork(self._url, self.name, name))
        copy = AsyncConversation(self._claude, manner, None, self._patience_s)
        copy._url = self._url
        return copy

    async def export(self, form: Form = "json") -> str:
        """Return it as `json` (everything that is stored), `jsonl` (one message a line) or `markdown` (to read)."""
        return export(*await join(talk.read(self._url, self.name)), self.name, form)

    async def delete(self) -> bool:
        """Delete everything that is stored of it; return whether there was anything."""
        return await join(talk.delete(self._url, self.name))

    def _with(self, tools: Iterable[ToolLike] | None) -> Manner:
        return talk.held(self._manner, self._claude, None if tools is None else ToolSet(tools))

    async def _ask(self, question: bytes, manner: Manner, *, stream: bool) -> AsyncAnswer | AsyncSpoken:
        if stream:
            return AsyncSpoken(self, question, manner)
        doing = AsyncDoing(self._claude, self._url, manner.tools, self._patience_s)
        try:
            return self._answer(await carry_out_async(self._plan(question, manner), doing.do))
        finally:
            await doing.release()

    async def _pieces(self, question: bytes, manner: Manner, take: Any) -> AsyncGenerator[str, None]:  # noqa: ANN401  (of the answer)
        doing = AsyncDoing(self._claude, self._url, manner.tools, self._patience_s)
        try:
            async with aclosing(doing.streamed(self._plan(question, manner), lambda ended: take(self._answer(ended)))) as pieces:
                async for text in pieces:
                    yield text
        finally:
            await doing.release()

    def _plan(self, question: bytes, manner: Manner) -> Generator[Any, Any, Ended]:
        return turn(manner, question, self._clock.new_id("req_"), self._clock.new_id("sess_"))

    def _answer(self, ended: Ended) -> AsyncAnswer:
        talk.flag_uncounted(ended, self.name)
        answer = AsyncAnswer(
            text_of(ended.message), ended.message, ended.replies, self._claude.state.prices, ended.call, partial(send_async, self._claude)
        )
        flag(answer)
        return answer


class AsyncConversations:
    """All conversations of the store; made by `AsyncClaude.conversations`."""

    def __init__(self, sessions: str | None) -> None:
        """Look at that store, None: the user's own file."""
        self._url = session_url(sessions, os.environ)

    async def list(self, at_most: int = talk.AT_MOST) -> Sequence[Listed]:
        """Return the conversations, the last used first."""
        return await join(talk.every(self._url, at_most))

    async def search(self, text: str, at_most: int = talk.AT_MOST) -> Sequence[Found]:
        """Return the turns in which a text was said, by either side, the newest first; letters of ASCII count in either case."""
        return await join(talk.search(self._url, text, at_most))

    async def export(self, name: str, form: Form = "json") -> str:
        """Return a conversation as text, as `AsyncConversation.export` does."""
        return export(*await join(talk.read(self._url, name)), name, form)

    async def delete(self, name: str) -> bool:
        """Delete a conversation; return whether there was one."""
        return await join(talk.delete(self._url, name))
