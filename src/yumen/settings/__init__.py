"""Every option of the gateway's: typed, resolved from its four places, with its sentence in two languages."""

from yumen.settings.address import Address, cannot_listen, check_control, is_loopback, parse_address
from yumen.settings.credential import CLAUDE, SANDBOX, UpstreamPlan, check_url, judge_for, plan_credential, plan_upstream
from yumen.settings.options import OPTIONS, Option
from yumen.settings.reference import chinese_page, english_page
from yumen.settings.resolve import Given, Notice, Resolved, known, resolve
from yumen.settings.sending import Environment, Price, Upstream
from yumen.settings.upstreams import NamedPlan, plan_upstreams
from yumen.settings.values import Settings

__all__ = [
    "CLAUDE",
    "OPTIONS",
    "SANDBOX",
    "Address",
    "Environment",
    "Given",
    "NamedPlan",
    "Notice",
    "Option",
    "Price",
    "Resolved",
    "Settings",
    "Upstream",
    "UpstreamPlan",
    "cannot_listen",
    "check_control",
    "check_url",
    "chinese_page",
    "english_page",
    "is_loopback",
    "judge_for",
    "known",
    "parse_address",
    "plan_credential",
    "plan_upstream",
    "plan_upstreams",
    "resolve",
]
