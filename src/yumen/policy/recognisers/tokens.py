"""API keys and tokens by the forms that their makers gave them: a prefix, an alphabet, a length, and a checksum where there is one."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, NamedTuple

from yumen.policy.recognisers.begun import Begun, partly
from yumen.policy.recognisers.characters import ESCAPED
from yumen.policy.recognisers.checksums import is_checked_github, is_checked_yumen, is_json_web_token, is_mixed

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHANUMERIC = string.ascii_letters + string.digits
URL_SAFE = ALPHANUMERIC + "_-"
_LONGEST_WEB_TOKEN = 8192


class Form(NamedTuple):
    """How a token looks."""

    name: str
    prefixes: tuple[str, ...]
    rest: str
    """The pattern of what follows the prefix."""
    longest: int
    """The most characters of that."""
    characters: str = ALPHANUMERIC
    """All that the rest may hold: one more of them behind a token, but a full stop, makes it something else."""
    check: Callable[[str], bool] | None = None
    bounded: bool = True
    """Whether a longer one is none. Otherwise it counts as far as it is looked at."""


_GITHUB = r"(?:[0-9A-Za-z]{36}(?![0-9A-Za-z_-])|[\w-]{100,400}(?:\.[\w-]{20,400}){0,2})"
FORMS = (
    Form("anthropic_key", ("sk-ant-",), r"(?:api|admin|oat|ort|sid)[0-9]{2}-[\w-]{32,160}", 170, URL_SAFE),
    Form("yumen_key", ("yk-",), r"[a-z]{4,10}-[0-9A-Za-z]{24}-[0-9A-Za-z]{49}", 85, URL_SAFE, is_checked_yumen),
    Form(
        "openai_key",
        ("sk-",),
        r"(?:(?:proj|svcacct|admin|None)-[\w-]{40,200}|or-v1-[0-9a-f]{64}|[0-9A-Za-z]{48}|[0-9a-f]{32})",
        210,
        URL_SAFE,
        is_mixed,
    ),
    Form("aws_key", ("AKIA", "ASIA"), r"[A-Z2-7]{16}", 16),
    Form("github_token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), _GITHUB, 700, URL_SAFE + ".", is_checked_github),
    Form("github_fine_token", ("github_pat_",), r"[0-9A-Za-z]{22}_[0-9A-Za-z]{59}", 82, ALPHANUMERIC + "_"),
    Form(
        "gitlab_token",
        ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-"),
        r"[\w-]{20,290}(?:\.[\w-]{2,12}){0,2}",
        320,
        URL_SAFE + ".",
    ),
    Form("slack_token", ("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"), r"[0-9A-Za-z-]{24,255}", 255, URL_SAFE, is_mixed),
    Form("stripe_key", ("sk_live_", "rk_live_"), r"[0-9A-Za-z]{24,247}", 247),
    Form("google_key", ("AIza",), r"[\w-]{35}", 35, URL_SAFE),
    Form("google_secret", ("GOCSPX-",), r"[\w-]{28}", 28, URL_SAFE),
    Form(
        "json_web_token",
        ("eyJ",),
        r"[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]+){0,3}",
        _LONGEST_WEB_TOKEN,
        URL_SAFE + ".",
        is_json_web_token,
        bounded=False,
    ),
    Form("azure_key", ("AccountKey=", "SharedAccessKey="), r"[0-9A-Za-z+/]{43,86}={1,2}", 88, ALPHANUMERIC + "+/="),
    Form("aliyun_key", ("LTAI",), r"(?:[0-9A-Za-z]{12}|[0-9A-Za-z]{16}|[0-9A-Za-z]{20})", 20, ALPHANUMERIC, is_mixed),
    Form("tencent_key", ("AKID",), r"[0-9A-Za-z]{32}", 32, ALPHANUMERIC, is_mixed),
    Form("npm_token", ("npm_",), r"[0-9A-Za-z]{36}", 36, ALPHANUMERIC, is_mixed),
    Form("pypi_token", ("pypi-AgEIcHlwaS5vcmc",), r"[\w-]{50,400}", 400, URL_SAFE),
)
"""Forms that their makers publish. Where no check is named, prefix, alphabet and length are the check."""


def token(form: Form) -> Begun:
    """Return the recogniser of a token."""
    whole = re.compile(
        rf"(?:{'|'.join(map(re.escape, form.prefixes))}){form.rest}(?![{re.escape(form.characters.replace('.', ''))}])", re.ASCII
    )
    reach = max(map(len, form.prefixes)) + form.longest + 1
    endless = re.compile(rf"[{re.escape(form.characters.replace('.', ''))}]{{{reach}}}")
    check = form.check

    def judge(text: str, start: int) -> int:
        # What is longer than any token is none: this is told before all ways to divide it are tried.
        match = None if form.bounded and endless.match(text, start) else whole.match(text, start, start + reach)
        return match.end() if match and (check is None or check(match[0])) else 0

    return Begun(
        name=form.name,
        reach=reach,
        context=2,
        hint="|".join(map(re.escape, form.prefixes)),
        opening=re.compile("|".join(f"{re.escape(prefix)}{_before(prefix)}" for prefix in form.prefixes)),
        judge=judge,
        held="".join({*form.characters, *"".join(form.prefixes)}),
        begun=re.compile(
            "|".join(
                re.escape(prefix[0])
                + _before(prefix[0])
                + partly(prefix, rf"[{re.escape(form.characters)}]{{0,{form.longest}}}\Z")[len(re.escape(prefix[0])) :]
                for prefix in form.prefixes
            )
        ),
    )


def _before(so_far: str) -> str:
    """Return what stands behind a token's first characters: no letter or digit is before them."""
    dots = "." * len(so_far)
    return rf"(?:(?<![0-9A-Za-z]{dots})|(?<={ESCAPED}{dots}))"


TOKENS = tuple(map(token, FORMS))

# ── the secret of an AWS key has no prefix ──────────────────────────────────

_SECRET_WORDS = re.compile(r"[Ss]ecret[_ -]?(?:[Aa]ccess[_ -]?)?[Kk]ey|SECRET[_ -]?(?:ACCESS[_ -]?)?KEY")
_SECRET = re.compile(r"[0-9A-Za-z/+]{40}(?![0-9A-Za-z/+=])")


def _secret(text: str, start: int) -> int:
    match = _SECRET.match(text, start)
    return match.end() if match and is_mixed(match[0]) and match[0] != match[0].lower() else 0


AWS_SECRET = Begun(
    name="aws_secret",
    reach=41,
    context=40,
    hint=_SECRET_WORDS.pattern,
    opening=re.compile(rf"[0-9A-Za-z/+](?:(?<![0-9A-Za-z/+].)|(?<={ESCAPED}.))(?=[0-9A-Za-z/+]{{39}})"),
    judge=_secret,
    held=ALPHANUMERIC + "/+",
    begun=re.compile(rf"[0-9A-Za-z/+](?:(?<![0-9A-Za-z/+].)|(?<={ESCAPED}.))[0-9A-Za-z/+]{{0,39}}\Z"),
    words=_SECRET_WORDS,
)
