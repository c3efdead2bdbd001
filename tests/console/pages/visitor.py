"""A browser without a window: it keeps cookies, sends each form with its token, and reads what stands in a page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx2
from starlette.applications import Starlette

from tests.console.api.world import World
from yumen.console.pages import console_routes
from yumen.console.pages.cookies import SESSION, TOKEN_FIELD, TOKEN_HEADER

URL = "https://console.test"
TOKEN = re.compile(r'data-csrf="([0-9a-f]+)"')


class Visitor:
    """Somebody at the console; with a key's text, signed in."""

    def __init__(self, world: World, key: str | None = None, language: str = "en") -> None:
        application = Starlette(routes=console_routes(world.services))
        transport = httpx2.ASGITransport(app=application, raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url=URL, headers={"accept-language": language})
        if key is not None:
            self.client.cookies.set(SESSION, key, domain="console.test", path="/")
        self.token = ""

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """Open a page."""
        return self._seen(await self.client.get(path, headers=headers))

    async def post(self, path: str, fields: dict[str, Any] | None = None, **headers: str) -> httpx2.Response:
        """Send a form from a page that was opened before."""
        sent = {TOKEN_FIELD: self.token, **(fields or {})}
        return self._seen(await self.client.post(path, data=sent, headers=headers))

    async def ask(self, path: str, body: object = None) -> httpx2.Response:
        """Ask as a script of a page does; without a body, by GET."""
        headers = {"accept": "application/json", TOKEN_HEADER: self.token}
        if body is None:
            return await self.client.get(path, headers=headers)
        return await self.client.post(path, json=body, headers=headers)

    def _seen(self, response: httpx2.Response) -> httpx2.Response:
        found = TOKEN.search(response.text)
        if found is not None:
            self.token = found[1]
        return response


def text_of(response: httpx2.Response) -> str:
    """Return a page's text without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())
