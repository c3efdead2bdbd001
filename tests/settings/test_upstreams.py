"""Which upstreams the settings name, and what of them will not do."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yumen.errors import OperatorError
from yumen.keys.values import ENVIRONMENTS as OF_KEYS
from yumen.settings import CLAUDE, Settings, Upstream, plan_upstreams, resolve
from yumen.settings.upstreams import ENVIRONMENTS

CHINA = "https://api.example.cn/anthropic"


def plans(environ: dict[str, str] | None = None, **tables: Upstream) -> dict[str, Any]:
    """Return the plans by their names."""
    return {each.name: each for each in plan_upstreams(Settings(upstreams=tables), environ or {})}


def test_without_tables_there_is_one() -> None:
    """Named `default`, by `upstream` and `credential` as ever."""
    (one,) = plan_upstreams(Settings(), {"ANTHROPIC_API_KEY": "sk-ant-x"})
    assert (one.name, one.url, str(one.credential), one.chosen) == ("default", CLAUDE, "env:ANTHROPIC_API_KEY", False)
    (sandbox,) = plan_upstreams(Settings(), {})
    assert sandbox.url is None


def test_tables_name_several() -> None:
    """Each with its credential; Claude's own takes the environment's key as ever, another needs its own."""
    found = plans({"ANTHROPIC_API_KEY": "sk-ant-x"}, claude=Upstream(url=CLAUDE), china=Upstream(url=CHINA, credential="env:X"))
    assert [(each.name, each.url, str(each.credential)) for each in found.values()] == [
        ("claude", CLAUDE, "env:ANTHROPIC_API_KEY"),
        ("china", CHINA, "env:X"),
    ]
    with pytest.raises(OperatorError, match=r"needs its upstreams\.china\.credential"):
        plans({"ANTHROPIC_API_KEY": "sk-ant-x"}, china=Upstream(url=CHINA))


def test_staging_is_the_sandbox_where_nobody_is_for_it() -> None:
    """Only where upstreams name environments at all; a table that takes everybody takes staging too."""
    live = Upstream(url=CHINA, credential="none", environments=("production",))
    found = plans(live=live)
    assert (found["sandbox"].url, found["sandbox"].table.environments) == (None, ("staging",))
    assert set(plans(live=live, all=Upstream(url=CHINA, credential="none"))) == {"live", "all"}
    with pytest.raises(OperatorError, match="no upstream serves keys of the environment production"):
        plans(test=Upstream(url="sandbox", environments=("staging",)))


def test_what_is_somebodys_own_serves_nobody_else() -> None:
    """So staging keys have the sandbox where no shared upstream is for them; where nothing is shared, nobody else is served."""
    own = Upstream(url=CHINA, credential="none", organizations=("org_acme",))
    live = Upstream(url=CHINA, credential="none", environments=("production",))
    assert set(plans(own=own, live=live)) == {"own", "live", "sandbox"}
    assert set(plans(own=own)) == {"own"}
    with pytest.raises(OperatorError, match="organizations takes ids such as org_…, not 'acme'"):
        plans(own=Upstream(url=CHINA, credential="none", organizations=("acme",)))


def test_environments_are_those_of_keys() -> None:
    """The two lists are one."""
    assert ENVIRONMENTS == OF_KEYS


@pytest.mark.parametrize("field", ["upstream", "credential"])
def test_both_ways_at_once_are_refused(field: str) -> None:
    """Whoever gives an option beside the tables would not know what counts."""
    with pytest.raises(OperatorError, match="are for a single upstream"):
        plan_upstreams(Settings(**{field: "none"}, upstreams={"a": Upstream(url="sandbox")}), {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "needs its url"),
        ({"url": "ftp://x"}, r"upstreams\.a\.url takes sandbox or a URL"),
        ({"url": "http://far.example"}, "has no TLS"),
        ({"url": CHINA, "weight": 0}, "weight is a whole number of at least 1, not 0"),
        ({"url": CHINA, "connections": 0}, "connections is a whole number"),
        ({"url": CHINA, "first_byte_s": 0}, "first_byte_s is a number of seconds above 0"),
        ({"url": CHINA, "models": ("a*b",)}, "models takes names"),
        ({"url": CHINA, "models": ("",)}, "models takes names"),
        ({"url": CHINA, "environments": ("prod",)}, "there is no environment 'prod'"),
        ({"url": CHINA, "proxy": "ftp://x"}, "proxy takes"),
        ({"url": CHINA, "proxy": "socks5h://:99999"}, "proxy takes"),
        ({"url": CHINA, "connect_s": float("nan")}, "connect_s is a number of seconds above 0, not nan"),
        ({"url": CHINA, "names": {"a*": "b"}}, "names takes a model's whole name"),
        ({"url": CHINA, "names": {"a": ""}}, "names takes a model's whole name"),
        ({"url": CHINA, "currency": "yuan"}, "currency is a code of three capital letters such as CNY, not 'yuan'"),
        ({"url": CHINA, "currency": "CNY", "usd_per_unit": Decimal("NaN")}, "above 0"),
        ({"url": CHINA, "currency": "CNY"}, "CNY need usd_per_unit"),
        ({"url": CHINA, "currency": "CNY", "usd_per_unit": Decimal(0)}, "above 0"),
        ({"region": "us-east-1"}, "set its kind, bedrock or vertex"),
        ({"kind": "bedrock"}, "the kind bedrock needs its region"),
        ({"kind": "bedrock", "region": "../x"}, "the kind bedrock needs its region"),
        ({"kind": "vertex", "region": "global"}, "needs its project"),
        ({"kind": "bedrock", "region": "us-east-1", "url": "sandbox"}, "the sandbox is of the kind claude"),
    ],
)
def test_what_will_not_do_is_said(table: dict[str, Any], said: str) -> None:
    """In one sentence, before anything is opened."""
    with pytest.raises(OperatorError, match=said):
        plans(a=Upstream(**({"credential": "none"} | table)))


@pytest.mark.parametrize("name", ["", "A", "a b", "a.b", "ü", "a" * 33])
def test_a_name_is_plain(name: str) -> None:
    """It stands in headers, metrics and the ledger."""
    with pytest.raises(OperatorError, match="a name has up to 32"):
        plans(**{name: Upstream(url="sandbox")})


@pytest.mark.parametrize(
    ("table", "url"),
    [
        (Upstream(kind="bedrock", region="us-east-1"), "https://bedrock-runtime.us-east-1.amazonaws.com"),
        (Upstream(kind="bedrock", region="cn-north-1"), "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"),
        (Upstream(kind="vertex", region="us-east5", project="p"), "https://us-east5-aiplatform.googleapis.com"),
        (Upstream(kind="vertex", region="global", project="p"), "https://aiplatform.googleapis.com"),
        (Upstream(kind="vertex", region="eu", project="p", url="http://127.0.0.1:1"), "http://127.0.0.1:1"),
    ],
)
def test_clouds_have_their_usual_addresses(table: Upstream, url: str) -> None:
    """Unless the table has another; they find their credentials themselves."""
    assert (plans(a=table)["a"].url, plans(a=table)["a"].credential) == (url, None)


def test_an_unknown_field_is_named(tmp_path: Path) -> None:
    """A slip of the pen does not go unnoticed."""
    path = tmp_path / "yumen.toml"
    path.write_text('[upstreams.a]\nurl = "sandbox"\nwait = 1\n')
    with pytest.raises(OperatorError, match="unknown field `wait`"):
        resolve({}, {}, str(path))


@pytest.mark.parametrize(
    ("environ", "table", "region", "project"),
    [
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "x"}, Upstream(kind="bedrock"), "eu-west-1", None),
        ({"AWS_DEFAULT_REGION": "eu-west-2", "AWS_REGION": ""}, Upstream(kind="bedrock"), "eu-west-2", None),
        ({"AWS_REGION": "eu-west-1"}, Upstream(kind="bedrock", region="us-east-1"), "us-east-1", None),
        ({"CLOUD_ML_REGION": "global", "ANTHROPIC_VERTEX_PROJECT_ID": "p"}, Upstream(kind="vertex"), "global", "p"),
        ({"CLOUD_ML_REGION": "x", "GOOGLE_CLOUD_PROJECT": "q"}, Upstream(kind="vertex", region="eu"), "eu", "q"),
    ],
)
def test_the_clouds_read_the_variables_of_their_own_tools(
    environ: dict[str, str], table: Upstream, region: str, project: str | None
) -> None:
    """A table's own word goes before; the address follows from it."""
    (plan,) = plans(environ, cloud=table).values()
    assert (plan.table.region, plan.table.project) == (region, project)
    assert plan.url is not None
    assert region in plan.url or region in ("global", "eu")
