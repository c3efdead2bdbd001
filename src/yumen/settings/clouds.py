"""Amazon Bedrock and Google Vertex AI among the upstreams: where they are, and what their credentials must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.secrets.reference import parse_reference
from yumen.secrets.rules import judge_key, judge_text
from yumen.settings.credential import NONE, check_url, judge_for, plan_credential

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.secrets.rules import Judge
    from yumen.secrets.values import Reference
    from yumen.settings.values import Upstream

CLAUDE_KIND, BEDROCK, VERTEX = "claude", "bedrock", "vertex"
AWS_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""The variables that say the region where the setting does not, as the official SDK has it."""
GOOGLE_REGION, GOOGLE_PROJECT = "CLOUD_ML_REGION", "ANTHROPIC_VERTEX_PROJECT_ID"
VERTEX_HOSTS = {"global": "aiplatform.googleapis.com", "us": "aiplatform.us.rep.googleapis.com", "eu": "aiplatform.eu.rep.googleapis.com"}
"""Regions that have a host of their own; any other is a part of its host's name."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]*")


def region_of(name: str, upstream: Upstream, environ: Mapping[str, str]) -> str:
    """Return the region of a cloud's upstream. Raises OperatorError where there is none."""
    variables = AWS_REGIONS if upstream.kind == BEDROCK else (GOOGLE_REGION,)
    region = upstream.region or next((environ[variable] for variable in variables if environ.get(variable)), "")
    if not region:
        raise OperatorError("upstream {name} is of kind {kind} and needs its region", name=name, kind=upstream.kind)
    if not _NAME.fullmatch(region):
        raise OperatorError("upstream {name}: {region} is no region", name=name, region=repr(region))
    return region


def project_of(name: str, upstream: Upstream, environ: Mapping[str, str]) -> str:
    """Return the project of a Vertex upstream. Raises OperatorError where there is none."""
    project = upstream.project or environ.get(GOOGLE_PROJECT, "")
    if not _PROJECT.fullmatch(project):
        raise OperatorError("upstream {name} is of kind vertex and needs its project", name=name)
    return project


def address_of(name: str, upstream: Upstream, environ: Mapping[str, str], *, allow_plain_http: bool) -> str:
    """Return an upstream's URL, `sandbox` included: what stands in its setting, else the address of a cloud's region.

    Raises OperatorError where there is none, or where it would show what is sent to the network.
    """
    if upstream.url and (upstream.kind == CLAUDE_KIND or upstream.url != "sandbox"):
        return upstream.url if upstream.url == "sandbox" else check_url(upstream.url, allow_plain_http=allow_plain_http)
    if upstream.kind == BEDROCK:
        region = region_of(name, upstream, environ)
        return f"https://bedrock-runtime.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    if upstream.kind == VERTEX:
        region = region_of(name, upstream, environ)
        return "https://" + VERTEX_HOSTS.get(region, f"{region}-aiplatform.googleapis.com")
    raise OperatorError("upstream {name} needs its url", name=name)


def credential_of(name: str, upstream: Upstream, url: str, environ: Mapping[str, str]) -> Reference | None:
    """Return where an upstream's credential comes from; None: it gets none, or finds its own as its cloud's tools do.

    Raises OperatorError as `plan_credential` does.
    """
    setting = f"upstreams.{name}.credential"
    if upstream.kind == CLAUDE_KIND:
        return plan_credential(url, upstream.credential, environ, setting)
    return None if upstream.credential in (None, NONE) else parse_reference(str(upstream.credential), setting)


def judge_of(upstream: Upstream, url: str) -> Judge:
    """Return what judges an upstream's credential: one of Vertex may be a key in JSON, of several lines."""
    if upstream.kind == VERTEX:
        return judge_text
    return judge_key if upstream.kind == BEDROCK else judge_for(url)
