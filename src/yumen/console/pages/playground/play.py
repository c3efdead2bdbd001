"""Shows the playground: what its script must know of models, workspaces and the prompt that is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from jinja2.utils import htmlsafe_json_dumps

from yumen.claude.models import MODELS, Sampling, find_model
from yumen.console.pages.playground.answer import MAX_BODY_BYTES
from yumen.errors import NotFound
from yumen.keys.values import ENVIRONMENTS
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.claude.models import Model
    from yumen.console.pages.visit import Visit

MODULES = (
    "playground.js",
    "playground-column.js",
    "playground-conversation.js",
    "playground-output.js",
    "playground-saving.js",
)
PRODUCTION, STAGING = ENVIRONMENTS
USUAL_LINE = "sonnet"
NANO_PER_MICRO = 1000


class ModelShown(msgspec.Struct, frozen=True):
    """A model, and what of a request it takes."""

    id: str
    label: str
    names: list[str]
    max_tokens: int
    samples: bool
    """Whether temperature and top_p may be chosen."""
    thinking: list[str]
    efforts: list[str]


class WorkspaceShown(msgspec.Struct, frozen=True):
    """A workspace in which the visitor may try prompts."""

    id: str
    name: str
    environment: str


class Known(msgspec.Struct, frozen=True):
    """What the script is told."""

    models: list[ModelShown]
    usual: str
    """The model to begin with."""
    workspaces: list[WorkspaceShown]
    url: str
    """Where callers reach the gateway, for the code."""
    max_bytes: int
    opened: Any = None
    """The saved prompt that the path names, as the admin API shows it."""


async def show(visit: Visit) -> Response:
    """Show the playground, with a saved prompt in it where the path names one."""
    opened = await visit.do("prompts.retrieve", prompt_id=visit.path["prompt_id"]) if "prompt_id" in visit.path else None
    models = await models_of(visit)
    usual = next((each.id for each in models if USUAL_LINE in each.id), models[0].id)
    known = Known(models, visit.query.get("model") or usual, await workspaces_of(visit), visit.services.public_url, MAX_BODY_BYTES, opened)
    # Not Jinja's own filter, which sorts: a tool's fields stay in the order in which they are sent.
    told = htmlsafe_json_dumps(msgspec.to_builtins(known), sort_keys=False)
    return await visit.show("playground/play.html", known=told, costs=visit.may(Action.COST_READ), modules=MODULES)


async def models_of(visit: Visit) -> list[ModelShown]:
    """Return the organization's own names for models, then the models that answer."""
    aliases = (await visit.do("model_aliases.list", {"limit": 1000})).data
    own = [(each, find_model(each.model)) for each in aliases]
    return [
        *(shown(model, each.id, f"{each.id} → {each.model}", [each.id]) for each, model in own if model is not None),
        *(shown(each, (*each.aliases, each.id)[0], each.display_name, [each.id, *each.aliases]) for each in MODELS if not each.retired),
    ]


def shown(model: Model, name: str, label: str, names: list[str]) -> ModelShown:
    """Show a model under a name."""
    features = model.features
    samples = features.sampling is Sampling.ANY
    thinking = list[str](features.thinking if features.thinks else ())
    return ModelShown(name, label, names, model.max_tokens, samples, thinking, list[str](features.efforts))


async def workspaces_of(visit: Visit) -> list[WorkspaceShown]:
    """Return the open workspaces, those for trying first."""
    found = (await visit.do("workspaces.list", {"limit": 1000})).data
    open_ones = [WorkspaceShown(each.id, each.name, each.environment) for each in found if each.archived_at is None]
    return sorted(open_ones, key=lambda each: each.environment != STAGING)


async def show_cost(visit: Visit) -> Response:
    """Say what the ledger has of a request: what it used and, to whoever may see that, what it cost. null: nothing yet."""
    try:
        line = (await visit.do("requests.retrieve", request_id=visit.path["request_id"])).request
    except NotFound:
        return visit.json(None)
    cost = None if line.cost_microusd is None else visit.locale.money(int(line.cost_microusd * NANO_PER_MICRO))
    read = line.input_tokens + line.cache_read_tokens + line.cache_write_tokens
    return visit.json({"cost": cost, "estimated": line.estimated, "input_tokens": read, "output_tokens": line.output_tokens})
