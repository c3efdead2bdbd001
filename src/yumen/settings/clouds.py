"""What the settings of Amazon Bedrock and Google Vertex AI mean: where they are, and what their credentials must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from yumen.secrets.rules import judge_key, judge_text
from yumen.settings.credential import SANDBOX, judge_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.secrets.rules import Judge
    from yumen.settings.sending import Upstream

CLAUDE_KIND = "claude"
VERTEX_HOSTS = {"global": "aiplatform.googleapis.com", "us": "aiplatform.us.rep.googleapis.com", "eu": "aiplatform.eu.rep.googleapis.com"}
"""Regions that have a host of their own; any other is a part of its host's name."""
REGIONS = {"bedrock": ("AWS_REGION", "AWS_DEFAULT_REGION"), "vertex": ("CLOUD_ML_REGION",)}
PROJECTS = ("ANTHROPIC_VERTEX_PROJECT_ID", "GOOGLE_CLOUD_PROJECT")
"""The variables that the official SDK and the clouds' own tools read; the first that is set."""
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
_PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]*")


def found_in(environ: Mapping[str, str], table: Upstream) -> Upstream:
    """Return a table with the region and the project of the environment, where it names none."""
    if table.kind == CLAUDE_KIND:
        return table
    region = table.region or first_of(environ, REGIONS[table.kind])
    project = table.project or (first_of(environ, PROJECTS) if table.kind == "vertex" else None)
    return msgspec.structs.replace(table, region=region, project=project)


def first_of(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """Return the first of those variables that is set."""
    return next((environ[name] for name in names if environ.get(name)), None)


def address_of(table: Upstream) -> str:
    """Return the usual address of a cloud's region, as the official SDK has it."""
    region = table.region or ""
    if table.kind == "bedrock":
        return f"https://bedrock-runtime.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    return "https://" + VERTEX_HOSTS.get(region, f"{region}-aiplatform.googleapis.com")


def flaws_of_kind(table: Upstream) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what a table lacks, or has too much of, for its kind."""
    if table.kind == CLAUDE_KIND:
        if table.region is not None or table.project is not None:
            yield "upstreams.{name}: region and project are a cloud's: set its kind, bedrock or vertex", {}
        elif not table.url:
            yield "upstreams.{name} needs its url: sandbox, or one such as https://api.anthropic.com", {}
        return
    if not _REGION.fullmatch(table.region or ""):
        yield "upstreams.{name}: the kind {kind} needs its region", {"kind": table.kind}
    if table.kind == "vertex" and not _PROJECT.fullmatch(table.project or ""):
        yield "upstreams.{name}: the kind vertex needs its project", {}
    if table.url == SANDBOX:
        yield "upstreams.{name}: the sandbox is of the kind claude", {}


def judge_of(upstream: Upstream, url: str) -> Judge:
    """Return what judges an upstream's credential: Bedrock's is an API key, one of Vertex may be a key in JSON, of several lines."""
    if upstream.kind == "vertex":
        return judge_text
    return judge_key if upstream.kind == "bedrock" else judge_for(url)
