"""A program that uses everything public; it is never run: mypy and pyright, both at their strictest, say that its types are known."""

# pyright: strict

from __future__ import annotations

from typing import assert_type

from anthropic import Anthropic, AsyncAnthropic
from anthropic.types import Message

import yumen
from yumen import Answer, AsyncClaude, AsyncConversation, Claude, Conversation, Limit, NoCredential, OperatorError, Pool, Retry


def make() -> Claude:
    """Make a client with every option of ours."""
    try:
        return Claude(
            api_key="env:CLAUDE_API_KEY",
            environment="production",
            base_url="https://gateway.example",
            model="claude-sonnet-5-5",
            retry=Retry(attempts=3, wait_min=4, wait_max=10),
            limit=Limit(calls=15, period=60),
            sessions="sqlite:///sessions.db",
            settings="yumen.toml",
            pool=Pool(connections=50, idle=10, idle_s=30),
            timeout=30.0,
            max_retries=2,
            default_headers={"x-team": "support"},
        )
    except NoCredential as error:
        raise SystemExit(str(error)) from error
    except OperatorError:
        return Claude(environment="sandbox")


def use(claude: Claude) -> str:
    """Use it as the SDK's client and by the short ways."""
    sdk: Anthropic = claude
    assert_type(sdk.api_key, str | None)
    assert_type(claude.environment, str)
    assert_type(claude.model, str)
    assert_type(claude.is_sandbox, bool)
    assert_type(claude.with_options(timeout=3, model="claude-haiku-4-5", retry=Retry(attempts=1)), Claude)
    assert_type(claude.copy(environment="staging"), Claude)
    message = claude.messages.create(model=claude.model, max_tokens=9, messages=[{"role": "user", "content": "Hi"}])
    assert_type(message, Message)
    with claude.messages.stream(model=claude.model, max_tokens=9, messages=[{"role": "user", "content": "Hi"}]) as stream:
        final: Message = stream.get_final_message()
    assert_type(final.id, str)
    answer = claude.answer("Hi", system="Be short.", max_tokens=9)
    assert_type(answer, Answer)
    assert_type(answer.text, str)
    assert_type(answer.truncated, bool)
    assert_type(answer.attempts, int)
    assert_type(answer.continued(), Answer)
    assert_type(claude.ask_many(["Hi", "Ho"], way="merge"), list[str])
    conversation = claude.conversation("customer-42", style="concise", when_full="drop")
    assert_type(conversation, Conversation)
    assert_type(conversation.say("Hi").text, str)
    for piece in conversation.say("Go on", stream=True):
        assert_type(piece, str)
    with claude as same:
        assert_type(same, Claude)
    return claude.ask("Hi") + yumen.__version__


async def use_async(claude: AsyncClaude) -> str:
    """Do the same with `await`."""
    sdk: AsyncAnthropic = claude
    assert_type(sdk.api_key, str | None)
    assert_type(claude.with_options(timeout=3), AsyncClaude)
    message = await claude.messages.create(model=claude.model, max_tokens=9, messages=[{"role": "user", "content": "Hi"}])
    assert_type(message, Message)
    assert_type(await claude.ask_many(["Hi", "Ho"], way="batches"), list[str])
    assert_type(claude.conversation("customer-42"), AsyncConversation)
    async with AsyncClaude(environment="sandbox") as other:
        assert_type(other, AsyncClaude)
    return await claude.ask("Hi")
