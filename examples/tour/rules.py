"""What may be asked and said, and data that stays apart: the part of the tour that reads the wire."""

from __future__ import annotations

import json
from typing import Any

from examples.tour.house import House
from examples.tour.loopback import Served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.gateway import Gateway, wait_for

DISGUISED = "\uff30roject\u200b JADE"
"""The name of the project in wide letters and capitals, with a space of no width."""
CITIZEN = "11010519491231002X"
"""The example of the standard itself: nobody's number."""
SHARED = """
[upstreams.shared]
url = "sandbox"
"""
OWN = """
[upstreams.acme]
url = "{url}"
credential = "none"
organizations = ["{acme}"]
"""
RULES = """
name = "house-rules"

[[rules]]
name = "citizens"
action = "redact"
on = "request"
recognisers = ["cn_id"]
why = "Numbers of identity cards do not leave the company."

[[rules]]
name = "takeover"
action = "block"
words = ["Project Jade"]
why = "Nothing is said about that project yet."
"""


class Wire:
    """An upstream that keeps what it is sent, and answers with what it saw, a letter at a time."""

    def __init__(self) -> None:
        """Have seen nothing."""
        self.seen: list[str] = []
        self.served = Served(Starlette(routes=[Route("/v1/messages", self._answer, methods=["POST"])]))

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        self.seen.append(body.decode())
        asked = json.loads(body)
        said = f"You wrote: {asked['messages'][-1]['content']}"
        usage = {"input_tokens": 10, "output_tokens": 10}
        head: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "model": asked["model"], "content": []}
        head |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
        if not asked.get("stream"):
            whole = head | {"content": [{"type": "text", "text": said}], "stop_reason": "end_turn"}
            return Response(json.dumps(whole), media_type="application/json")
        return StreamingResponse(iter(events_of(head, said)), media_type="text/event-stream")


def events_of(head: dict[str, Any], said: str) -> list[str]:
    """Return a stream in which each letter is an event."""
    deltas = [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": letter}} for letter in said]
    events = [
        {"type": "message_start", "message": head},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *deltas,
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 10}},
        {"type": "message_stop"},
    ]
    return [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events]


class Apart:
    """A gateway of its own with two organizations, one of which has an upstream of its own."""

    def __init__(self, house: House) -> None:
        """Start it."""
        self.wire = Wire()
        house.closing.enter_context(self.wire.served)
        self.gateway = house.closing.enter_context(Gateway(house.folder / "apart", config=SHARED))
        self.gateway.run("organizations", "create", "Acme", "--plan", "enterprise")
        acme = json.loads(self.gateway.run("organizations", "show", "Acme", "--json"))["id"]
        self.gateway.config.write_text(SHARED + OWN.format(url=self.wire.served.url, acme=acme))
        self.gateway.restart()
        workspaces = self.gateway.run("workspaces", "list", "--organization", "Acme", "--json").splitlines()
        (home,) = [each["id"] for each in map(json.loads, workspaces) if each["name"] == "production"]
        self.key = self.gateway.new_key("acme", "--workspace", home)
        self._house = house

    def ask(self, text: str, key: str | None = None) -> tuple[int, dict[str, Any]]:
        """Ask Messages once, by Acme's key or by another."""
        body = {"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": text}]}
        return self._house.post(f"{self.gateway.url}/v1/messages", body, key or self.key)


def isolated(house: House) -> list[str]:
    """Isolate an organization: its requests go to its own upstream alone, and its rows lie in a file of their own."""
    apart = house.once(Apart)
    said = apart.gateway.run("organizations", "isolate", "Acme")
    status, _ = apart.ask("Hello from Acme")
    assert status == 200
    assert apart.ask("Hello from the others", apart.gateway.new_key("others"))[0] == 200
    assert [json.loads(seen)["messages"][0]["content"] for seen in apart.wire.seen] == ["Hello from Acme"]
    (own,) = (apart.gateway.data / "organizations").glob("org_*.db")
    assert own.stem in said
    shown = said.replace(str(apart.gateway.data), "data").replace(own.stem, "org_…")
    return [*shown.splitlines(), "its upstream saw its own request alone"]


def house_rules(house: House) -> list[str]:
    """Attach rules: a number leaves as a placeholder and comes back, letter by letter; what is forbidden is not sent."""
    apart = house.once(Apart)
    path = house.folder / "house-rules.toml"
    path.write_text(RULES)
    apart.gateway.run("policy", "add", str(path))
    apart.gateway.run("policy", "attach", "house-rules", "--organization", "Acme")
    apart.wire.seen.clear()
    program = (
        "import anthropic\n"
        "with anthropic.Anthropic().messages.stream(model='claude-haiku-4-5', max_tokens=50,\n"
        f"        messages=[{{'role': 'user', 'content': 'My number is {CITIZEN}.'}}]) as stream:\n"
        "    print(stream.get_final_text())\n"
    )
    wait_until_refused(apart)
    apart.wire.seen.clear()
    said = house.python(program, ANTHROPIC_BASE_URL=apart.gateway.url, ANTHROPIC_API_KEY=apart.key).strip()
    (seen,) = apart.wire.seen
    assert CITIZEN not in seen
    assert CITIZEN in said
    status, refused = apart.ask(f"Tell me about {DISGUISED}")
    assert len(apart.wire.seen) == 1
    left = json.loads(seen)["messages"][0]["content"].partition("[")
    return [
        f"sent:     {left[0]}[CN_ID_…]{left[2].partition(']')[2]}",
        f"streamed: {said}",
        f"disguised: {status} {refused['error']['type']}: {refused['error']['message']}",
    ]


def wait_until_refused(apart: Apart) -> None:
    """Wait until the running gateway knows of the policy, which is within a second."""
    wait_for(lambda: apart.ask("Project Jade")[0] == 400, "the policy to hold")
