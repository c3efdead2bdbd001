"""`yumen lab`: experiments with Claude; `temperature` asks one question many times and measures how the answers differ."""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from yumen.cli.asking import ApiKeyOption, BaseUrlOption, Chosen, EnvironmentOption, ModelChoice, open_claude, readable
from yumen.cli.lab_shown import print_results, progress, write_results
from yumen.cli.opened import resolved_settings
from yumen.cli.options import AsJson, Config
from yumen.clock import Clock
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.client import Claude
    from yumen.lab import Plan
    from yumen.meter import Prices

TEMPERATURE_HELP = "Ask one question at several temperatures, or efforts, and measure how the answers differ."
DEFAULT_TEMPERATURES = "0,0.3,0.7,1"
NANO = 1_000_000_000
MAX_TOKENS, MAX_TOKENS_THINKING = 1024, 8192
"""The second where an effort is set, since thinking counts towards it."""


def build() -> typer.Typer:
    """Return the command with its sub-commands."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.callback(help="Make experiments with Claude.")(group)
    app.command("temperature", help=TEMPERATURE_HELP)(temperature)
    return app


def group() -> None:
    """Hold the sub-commands."""


class Wished(msgspec.Struct, frozen=True):
    """How the experiment is to be carried out."""

    out: str | None
    budget: str | None
    yes: bool
    parallel: int
    as_json: bool


def temperature(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="the question; @FILE reads it from a file")],
    *,
    temperatures: Annotated[
        str | None, typer.Option("--temperatures", metavar="T,T,…", help="temperatures from 0 to 1 (0,0.3,0.7,1 unless --effort is given)")
    ] = None,
    effort: Annotated[
        str | None, typer.Option("--effort", metavar="E,E,…", help="efforts, as the axis, or as a second one beside temperatures")
    ] = None,
    samples: Annotated[int, typer.Option("--samples", min=1, metavar="N", help="answers at each setting")] = 8,
    schema: Annotated[str | None, typer.Option("--schema", metavar="FILE", help="ask for JSON of this schema, and check it")] = None,
    answer: Annotated[str | None, typer.Option("--answer", metavar="REGEX", help="what of a text is the answer, for the agreement")] = None,
    system: Annotated[str | None, typer.Option("--system", metavar="TEXT", help="the system prompt")] = None,
    max_tokens: Annotated[int | None, typer.Option("--max-tokens", min=1, metavar="N", help="the longest answer, in tokens")] = None,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="the folder of samples and report; a second run goes on there")
    ] = None,
    budget: Annotated[str | None, typer.Option("--budget", metavar="USD", help="stop before this run could cost more")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask before money is spent")] = False,
    parallel: Annotated[int, typer.Option("--parallel", min=1, metavar="N", help="questions at a time")] = 4,
    as_json: AsJson = False,
    model: ModelChoice = None,
    environment: EnvironmentOption = None,
    base_url: BaseUrlOption = None,
    api_key: ApiKeyOption = None,
    config: Config = None,
) -> int:
    """Carry out the experiment."""
    from yumen.app.ledger import prices_of
    from yumen.lab import Plan, check_axes, grid, model_for

    console: Console = ctx.obj
    efforts = [each.strip() for each in effort.split(",")] if effort else []
    given = DEFAULT_TEMPERATURES if temperatures is None and not efforts else temperatures or ""
    points = grid(numbers(given), efforts)
    with open_claude(console, config, Chosen(environment, model, base_url, api_key)) as claude:
        chosen = model or model_for(claude.model, points)
        check_axes(chosen, points)
        if model is None and chosen != claude.model:
            console.note("{model} is asked: {other} does not take these settings", model=chosen, other=claude.model)
        plan = Plan(
            prompt=text_of(prompt),
            model=chosen,
            where="sandbox" if claude.is_sandbox else str(claude.base_url),
            points=points,
            samples=samples,
            max_tokens=max_tokens or (MAX_TOKENS_THINKING if efforts else MAX_TOKENS),
            system=system,
            schema=schema_of(console, schema),
            answer=pattern(answer),
        )
        prices = prices_of(resolved_settings(console, config).settings)
        return carry_out(console, claude, plan, prices, Wished(out, budget, yes, parallel, as_json))


def carry_out(console: Console, claude: Claude, plan: Plan, prices: Prices, wished: Wished) -> int:
    """Draw what is missing, write the results, print them; return 1 where the budget ended the run early."""
    from yumen.lab import Asker, Bounds, Record, Sampled, dearest, run, summarize

    folder = Path(wished.out or f"lab/temperature-{plan.fingerprint}")
    record = Record(folder / "samples.jsonl", plan)
    begun = Sampled(plan, record.read())
    missing = begun.missing()
    bounds = Bounds(wished.parallel, nanousd(wished.budget), dearest(plan, prices, Clock().now_us()))
    if missing and not claude.is_sandbox:
        agree(console, bounds, len(missing), wished)
    if missing and len(missing) < len(plan.points) * plan.samples:
        console.note("{count} samples are there already; {missing} are missing", count=len(begun.samples), missing=len(missing))
    record.begin()
    with progress(console, len(missing)) as advance:
        for _ in run(Asker(claude, plan, prices).draw, record, missing, bounds):
            advance()
    done = Sampled(plan, record.read())
    summaries = summarize(done)
    write_results(console, folder, done, summaries)
    print_results(console, folder, done, summaries, as_json=wished.as_json)
    left = len(done.missing())
    if left:
        console.warn("the budget ended the run with {left} samples to go; the same command goes on", left=left)
    return 1 if left else 0


def agree(console: Console, bounds: Any, count: int, wished: Wished) -> None:  # noqa: ANN401  (loaded late)
    """Say what the run costs at most, and ask whether that is all right; raise OperatorError where it is not."""
    if bounds.one_nanousd is None:
        console.note("the price of this model is not known, so there is no ceiling for {count} calls", count=count)
        if bounds.budget_nanousd is not None:
            raise OperatorError("a budget needs a price: set one for this model under [prices] in yumen.toml")
    else:
        most = f"{bounds.one_nanousd * count / NANO:.4f}"
        console.note("{count} calls cost at most about ${most}", count=count, most=most)
    if wished.yes or bounds.budget_nanousd is not None:
        return
    if not sys.stdin.isatty():
        raise OperatorError("nobody can be asked whether that is all right: say --yes, or --budget USD")
    if not typer.confirm(console.words.say("Go on?"), err=True):
        raise OperatorError("nothing was asked")


def numbers(text: str) -> list[float]:
    """Return temperatures that are parted by commas."""
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise OperatorError("--temperatures takes numbers parted by commas, not {text}", text=text) from error


def nanousd(text: str | None) -> int | None:
    """Return an amount in dollars as nano-dollars."""
    try:
        amount = None if text is None else Decimal(text.removeprefix("$"))
        if amount is None or amount.is_finite():
            return None if amount is None else int(amount * NANO)
    except InvalidOperation:
        pass
    raise OperatorError("--budget takes dollars, such as 0.50, not {text}", text=text)


def text_of(prompt: str) -> str:
    """Return the prompt, from its file where it names one. Raises OperatorError where there is none."""
    text = read(prompt[1:]) if prompt.startswith("@") else readable(prompt)
    if not text.strip():
        raise OperatorError("there is no question: it is empty")
    return text


def read(path: str) -> str:
    """Return a file's text."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=getattr(error, "strerror", None) or error) from error


def schema_of(console: Console, path: str | None) -> dict[str, Any] | None:
    """Return the schema of a file, and say what of it cannot be checked."""
    from yumen.lab.schema import unchecked

    if path is None:
        return None
    try:
        schema = json.loads(read(path))
    except ValueError as error:
        raise OperatorError("{path} is not JSON: {reason}", path=path, reason=error) from error
    if not isinstance(schema, dict):
        raise OperatorError("{path} is not a JSON schema: it must be an object", path=path)
    if found := unchecked(schema):
        console.note("the schema is checked but for {keywords}", keywords=", ".join(sorted(found)))
    return schema


def pattern(text: str | None) -> str | None:
    """Return a regular expression that is one."""
    try:
        return None if text is None else re.compile(text).pattern
    except re.error as error:
        raise OperatorError("--answer takes a regular expression: {reason}", reason=error) from error
