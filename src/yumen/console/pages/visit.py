"""One request of a browser: who is signed in, in which language, what was sent, and the way to the admin API's operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import quote, unquote, urlencode

import msgspec
from starlette.responses import HTMLResponse, RedirectResponse, Response

from yumen.console.api.dispatch import perform
from yumen.console.api.services import Services
from yumen.console.api.table import BY_NAME
from yumen.console.api.wire import read_body
from yumen.console.pages.cookies import NOTICE, NOTICE_S
from yumen.console.pages.forms import JSON, Form, kind_of
from yumen.console.pages.rendering import Rendering
from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from yumen.console.api.call import Call, Caller
    from yumen.console.pages.cookies import Jar
    from yumen.console.pages.locales import Locale
    from yumen.organizations.permissions import Action
    from yumen.organizations.values import Organization, User

Asked = Any

MAX_NOTICE = 200
"""In characters; a Chinese one takes nine bytes of a cookie."""


class Around(msgspec.Struct, frozen=True):
    """What every visit works with."""

    services: Services
    rendering: Rendering


class Visit:
    """One request. A page's handlers find in it all that they work with."""

    def __init__(self, around: Around, request: Request, call: Call, jar: Jar, locale: Locale) -> None:
        """Begin a visit of whoever; the dispatcher says who it is."""
        self._around = around
        self.request = request
        self.call = call
        self.jar = jar
        self.locale = locale
        self.user: User | None = None
        """Who is signed in; None: nobody, or whoever has an admin key that is no member's."""
        self.organization: Organization | None = None
        """The organization that is looked at."""
        self.form = Form([])
        """What was sent; on a page that is shown again after a fault, too."""
        self.problem: str | None = None
        """What was wrong with what was sent, in the visitor's language."""
        self.status = 200

    # ── who and what ────────────────────────────────────────────────────────

    @property
    def services(self) -> Services:
        """The admin API's means; pages ask them only for what is no operation, such as the clock."""
        return self._around.services

    @property
    def caller(self) -> Caller | None:
        """Who is signed in."""
        return self.call.caller_or_none

    @property
    def organization_id(self) -> str:
        """The organization that is looked at."""
        return self.call.organization_id

    @property
    def place(self) -> str:
        """The page's path with its query, to come back to."""
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    @property
    def path(self) -> dict[str, str]:
        """What stands in the places of the page's path."""
        return dict(self.request.path_params)

    @property
    def query(self) -> Mapping[str, str]:
        """The query's parameters, the last of each name."""
        return self.request.query_params

    def may(self, action: Action) -> bool:
        """Whether whoever is signed in may do that."""
        return self.caller is not None and self.call.may(action)

    def say(self, sentence: str, **values: object) -> str:
        """Return a sentence in the visitor's language, numbers in it as that writes them.

        Each has its Chinese twin in `words/pages*.py`; a test holds that.
        """
        return self.locale.words.say(
            sentence, **{name: self.locale.number(value) if is_number(value) else value for name, value in values.items()}
        )

    def sent(self, name: str, default: str = "") -> str:
        """Return what a field shall be filled with: what was sent, else the query's parameter, else the default."""
        return self.form.raw(name) if name in self.form else self.query.get(name, default)

    # ── doing ───────────────────────────────────────────────────────────────

    async def do(self, name: str, asked: Mapping[str, Asked] | None = None, **path: str) -> Any:  # noqa: ANN401  (each has its own answer)
        """Run an operation of the admin API in the visitor's name: its rights, its limits of what is asked, its audit.

        `asked` is its body or query, `path` what stands in its path. Texts are read as numbers and truth where those are asked for.
        Raises the operation's faults, and Forbidden or NotFound where the visitor may not or the path leads nowhere.
        """
        return await perform(BY_NAME[name], self.call, dict(asked or {}), path)

    async def body(self, kind: type[Any]) -> Any:  # noqa: ANN401  (what kind says)
        """Read a JSON body that a script of ours sent. Raises InvalidRequest."""
        self.refuse_forms()
        return await read_body(self.request, kind)

    def refuse_forms(self) -> None:
        """Raise InvalidRequest where a form was sent to what only scripts send JSON to: its body has been read."""
        if kind_of(self.request) != JSON:
            raise InvalidRequest(f"content-type: Input should be {JSON}")

    # ── answering ───────────────────────────────────────────────────────────

    async def show(self, template: str, **values: object) -> Response:
        """Show a template of `templates/` with those values; `v` in it is this visit."""
        html = self._around.rendering.page(template, self, values)
        return HTMLResponse(html, self.status)

    def leave(self, notice: str) -> None:
        """Leave a sentence for the next page, which shows it once."""
        self.jar.set(NOTICE, quote(notice[:MAX_NOTICE]), NOTICE_S)

    def go(self, path: str, notice: str | None = None, **query: str) -> Response:
        """Go on to another page, which shows the notice once."""
        if notice is not None:
            self.leave(notice)
        return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)

    def json(self, answer: object) -> Response:
        """Answer a script of ours."""
        return Response(msgspec.json.encode(answer), media_type="application/json")

    def notice(self) -> str | None:
        """Return the sentence that the page before left, once."""
        text = self.jar.brought.get(NOTICE)
        if text is None:
            return None
        self.jar.drop(NOTICE)
        return unquote(text)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is written as a number: truth is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
