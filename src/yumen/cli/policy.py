"""`yumen policy`: content policies that are stored, what they are attached to, and the ones that ship with us."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, show_lines, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.cli.policy_found import OnlyOf, flags, replay
from yumen.cli.policy_places import OfKey, OfWhole, OfWorkspace, Within, owner_of, place_named, whose_name
from yumen.cli.policy_test import try_out
from yumen.clock import iso
from yumen.errors import OperatorError
from yumen.organizations.policies import Attaching
from yumen.policy.document import read_policy
from yumen.policy.starters import starter_names, starter_text
from yumen.policy.stored import fields_of

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.policy.values import Attachment, StoredPolicy

Named = Annotated[str, typer.Argument(metavar="NAME", help="a policy's name")]
OnlyVersion = Annotated[int | None, typer.Option("--version", min=1, metavar="N", help="that version; without it, the newest")]
Whose = Annotated[str | None, typer.Option("--organization", metavar="ORGANIZATION", help="whose own it is; without it, the operator's")]
COLUMNS = ("name", "version", "organization", "rules", "attached", "created")


class PolicyLine(msgspec.Struct, frozen=True):
    """A stored policy in JSON."""

    id: str
    name: str
    version: int
    organization: str | None
    """Its id; None: the operator's, for everybody."""
    rules: int | None
    """None: what is stored cannot be read."""
    attached: tuple[str, ...]
    created: str
    created_by: str


def build() -> typer.Typer:
    """Return the commands."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List the stored policies, and what they are attached to.")(list_policies)
    app.command("add", help="Store a policy's file; a name that is there gets a new version.")(add)
    app.command("show", help="Show a stored policy.")(show)
    app.command("versions", help="List all versions of a policy.")(versions)
    app.command("attach", help="Put an organization, workspace or key under a policy; gateways follow within a second.")(attach)
    app.command("detach", help="Let an organization, workspace or key be under a policy no longer.")(detach)
    app.command("delete", help="Delete a policy, all its versions; not while something is under it.")(delete)
    app.command("test", help="Try a policy's file out: what hits where, and what would be sent; exit code 1 if blocked.")(try_out)
    app.command("replay", help="Run a policy over what was flagged, without effect: what it would have done.")(replay)
    app.command("flags", help="List what policies found, the newest last.")(flags)
    app.command("starters", help="List the policies that ship with us.")(starters)
    app.command("starter", help="Print a policy that ships with us, to begin with.")(starter)
    return app


def list_policies(
    ctx: typer.Context, *, organization: OnlyOf = None, as_json: AsJson = False, data: Data = None, config: Config = None
) -> None:
    """List policies."""

    async def work(office: Office) -> list[PolicyLine]:
        policies = await office.offices.policies.every(await owner_of(office.places, organization))
        return await lines_of(office, policies)

    show_lines(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work), COLUMNS, as_json=as_json)


def add(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="a policy in TOML (docs/policy.md)")],
    *,
    organization: Whose = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Store a policy."""
    policy = read_policy(Path(file).expanduser())

    async def work(office: Office) -> StoredPolicy:
        return await office.offices.policies.add(office.actor, policy, await owner_of(office.places, organization))

    stored = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("{name} is stored as version {version}", name=stored.name, version=stored.version)


def show(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    name: Named,
    *,
    version: OnlyVersion = None,
    organization: Whose = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Show a policy as JSON."""

    async def work(office: Office) -> StoredPolicy:
        found = await versions_of(office, name, organization)
        wanted = [each for each in found if version in (None, each.version)]
        if not wanted:
            raise OperatorError("{name} has no version {version}", name=name, version=version)
        return wanted[0]

    policy = with_offices(ctx.obj, Chosen(data, config), work)
    fields = fields_of(policy.document)
    if fields is None:
        raise OperatorError("{name}, version {version}, cannot be read: add it again", name=name, version=policy.version)
    ctx.obj.text(msgspec.json.format(msgspec.json.encode(fields)).decode())


def versions(  # noqa: PLR0913  (the same)
    ctx: typer.Context,
    name: Named,
    *,
    organization: Whose = None,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """List versions."""

    async def work(office: Office) -> list[PolicyLine]:
        return await lines_of(office, await versions_of(office, name, organization))

    lines = with_offices(ctx.obj, Chosen(data, config), work)
    show_lines(ctx.obj, lines, ("version", "rules", "attached", "created", "created_by"), as_json=as_json)


def attach(  # noqa: PLR0913  (the same)
    ctx: typer.Context,
    name: Named,
    *,
    organization: OfWhole = None,
    workspace: OfWorkspace = None,
    key: OfKey = None,
    shadow: Annotated[bool, typer.Option("--shadow", help="it counts and writes down, and does nothing")] = False,
    version: OnlyVersion = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Attach a policy."""

    async def work(office: Office) -> Attachment:
        place = await place_named(office, Within(organization, workspace, key))
        return await office.offices.policies.attach(office.actor, place, Attaching(name, version, shadow))

    done = with_offices(ctx.obj, Chosen(data, config), work)
    values = {"name": name, "scope": done.scope, "id": done.scope_id}
    if done.shadow:
        ctx.obj.line("{scope} {id} is looked at by {name} from within a second on, and nothing is done", **values)
    else:
        ctx.obj.line("{scope} {id} is under {name} from within a second on", **values)


def detach(  # noqa: PLR0913  (the same)
    ctx: typer.Context,
    name: Named,
    *,
    organization: OfWhole = None,
    workspace: OfWorkspace = None,
    key: OfKey = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Detach a policy."""

    async def work(office: Office) -> Attachment:
        place = await place_named(office, Within(organization, workspace, key))
        return await office.offices.policies.detach(office.actor, place, name)

    done = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("{scope} {id} is under {name} no longer", name=name, scope=done.scope, id=done.scope_id)


def delete(ctx: typer.Context, name: Named, *, organization: Whose = None, data: Data = None, config: Config = None) -> None:
    """Delete a policy."""

    async def work(office: Office) -> StoredPolicy:
        return await office.offices.policies.delete(office.actor, name, await owner_of(office.places, organization))

    gone = with_offices(ctx.obj, Chosen(data, config), work)
    ctx.obj.line("{name} is deleted, with its {version} versions", name=gone.name, version=gone.version)


def starters(ctx: typer.Context) -> None:
    """List the starters."""
    for name in starter_names():
        ctx.obj.raw(name)


def starter(ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="its name, such as personal-data")]) -> None:
    """Print a starter."""
    console: Console = ctx.obj
    console.raw(starter_text(name).rstrip("\n"))


async def versions_of(office: Office, name: str, organization: str | None) -> list[StoredPolicy]:
    """Return the versions of a policy of an organization's own, or of the operator's."""
    return await office.offices.policies.versions(name, await owner_of(office.places, organization))


async def lines_of(office: Office, policies: list[StoredPolicy]) -> list[PolicyLine]:
    """Return policies as they are shown."""
    attached = await office.offices.policies.attachments()
    lines = []
    for policy in policies:
        places = [whose_name(each) for each, meant in attached if (meant.id, meant.version) == (policy.id, policy.version)]
        rules = rules_in(policy)
        named = (policy.id, policy.name, policy.version, policy.organization_id)
        lines.append(PolicyLine(*named, rules, tuple(places), iso(policy.created_us), policy.created_by))
    return lines


def rules_in(policy: StoredPolicy) -> int | None:
    """Return how many rules a policy has; None where it cannot be read."""
    rules = (fields_of(policy.document) or {"rules": None}).get("rules", [])
    return len(rules) if isinstance(rules, list) else None
