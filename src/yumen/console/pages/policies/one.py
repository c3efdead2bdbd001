"""One policy: its document and versions, what is under it, and the acts that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.console.pages.policies.differing import differences
from yumen.console.pages.policies.editing import Editor, edited, is_operator, may_store, shown_with
from yumen.console.pages.policies.makers import makers_of
from yumen.console.pages.policies.places import SCOPE_SENTENCES, places_of
from yumen.console.pages.policies.written import as_text
from yumen.errors import InvalidRequest, NotFound
from yumen.organizations.faults import UnknownPolicy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def show(visit: Visit) -> Response:
    """Show a policy."""
    versions = await versions_of(visit)
    if "document" in visit.form:
        return await shown(visit, versions, Editor(visit.form.raw("document")))
    return await shown(visit, versions, Editor(as_text(version_meant(versions, visit.query.get("version")).document)))


def here(visit: Visit) -> str:
    """Return the policy's path."""
    return f"/policies/{visit.path['policy']}"


async def versions_of(visit: Visit) -> list[Any]:
    """Return the policy's versions, the newest first. Raises NotFound where there is no such policy."""
    try:
        found: list[Any] = await visit.do("policies.versions.list", policy=visit.path["policy"])
    except UnknownPolicy:
        raise NotFound from None
    return found


def version_meant(versions: list[Any], number: str | None) -> Any:  # noqa: ANN401  (as the admin API shows it)
    """Return the version of that number, else the newest."""
    return next((each for each in versions if str(each.version) == number), versions[0])


async def shown(visit: Visit, versions: list[Any], editor: Editor) -> Response:
    """Show a policy with what stands in the editor."""
    newest = versions[0]
    places = await places_of(visit)
    attached = [places.attached(row) for row in await visit.do("policy_attachments.list") if row.policy_id == newest.id]
    may = await may_store(visit)
    compared = version_meant(versions, visit.query.get("compare"))
    return await visit.show(
        "policies/one.html",
        policy=newest,
        here=here(visit),
        looked=version_meant(versions, visit.query.get("version")),
        versions=versions,
        makers=await makers_of(visit, versions),
        attached=attached,
        choices=places.choices(),
        scopes=SCOPE_SENTENCES,
        may_store=may and (not newest.operators or is_operator(visit)),
        compared=None if compared is newest else compared,
        differences=differences(as_text(compared.document), as_text(newest.document)),
        **shown_with(editor),
    )


async def submit(visit: Visit) -> Response:
    """Do what was asked for: test, save, go back to a version, attach, switch, detach, delete."""
    acts: dict[str, Callable[[Visit], Awaitable[Response]]] = {
        "test": save,
        "save": save,
        "revert": revert,
        "attach": attach,
        "detach": detach,
        "delete": delete,
    }
    act = acts.get(visit.form.text("act"))
    if act is None:
        raise InvalidRequest("act: there is no such act")
    return await act(visit)


async def save(visit: Visit) -> Response:
    """Try the document out, or store it as the newest version."""
    versions = await versions_of(visit)
    fields, editor = await edited(visit)
    if fields is None:
        return await shown(visit, versions, editor)
    stored = await visit.do("policies.create", {"document": fields, "for_everybody": versions[0].operators})
    notice = visit.say("Version {version} is stored.", version=stored.version)
    if stored.id == versions[0].id:
        return visit.go(here(visit), notice=notice)
    return visit.go(
        f"/policies/{stored.name}",
        notice=visit.say("Its name is another one, so it is stored as a policy of its own. Nothing is under it yet."),
    )


async def revert(visit: Visit) -> Response:
    """Store an old version's document as the newest one."""
    versions = await versions_of(visit)
    old = next((each for each in versions if str(each.version) == visit.form.text("version")), None)
    if old is None or old.document is None:
        raise UnknownPolicy
    stored = await visit.do("policies.create", {"document": old.document, "for_everybody": old.operators})
    notice = visit.say("Version {version} is stored; it says what version {old} said.", version=stored.version, old=old.version)
    return visit.go(here(visit), notice=notice)


async def attach(visit: Visit) -> Response:
    """Put something under the policy, or let it act or only count there."""
    name = visit.path["policy"]
    scope, _, scope_id = visit.form.text("place").partition(" ")
    asked: dict[str, Any] = {"policy": name, "scope": scope, "scope_id": scope_id, "shadow": visit.form.ticked("shadow")}
    version = visit.form.maybe("version")
    if version is not None:
        asked["version"] = version
    done = await visit.do("policy_attachments.create", asked)
    if done.shadow:
        notice = visit.say("In shadow: within a second it counts there, and changes nothing.")
    else:
        notice = visit.say("In force there within a second.")
    return visit.go(here(visit), notice=notice)


async def detach(visit: Visit) -> Response:
    """Let something be under the policy no longer."""
    name = visit.path["policy"]
    scope, _, scope_id = visit.form.text("place").partition(" ")
    await visit.do("policy_attachments.delete", {"policy": name, "scope": scope, "scope_id": scope_id})
    return visit.go(here(visit), notice=visit.say("Detached: within a second it no longer applies there."))


async def delete(visit: Visit) -> Response:
    """Delete the policy with its versions."""
    newest = (await versions_of(visit))[0]
    name = newest.name
    await visit.do("policies.delete", {"for_everybody": newest.operators}, policy=name)
    return visit.go("/policies", notice=visit.say("The policy “{name}” is deleted.", name=name))
