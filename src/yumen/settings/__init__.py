"""Every option of the gateway's: typed, resolved from its four places, with its sentence in two languages."""

from yumen.settings.address import Address, cannot_listen, check_control, is_loopback, parse_address
from yumen.settings.credential import CLAUDE, SANDBOX, Secret, UpstreamPlan, plan_upstream, read_secret_file
from yumen.settings.options import OPTIONS, Option
from yumen.settings.reference import chinese_page, english_page
from yumen.settings.resolve import Given, Notice, Resolved, known, resolve
from yumen.settings.values import Environment, Price, Settings, Upstream

__all__ = [
    "CLAUDE",
    "OPTIONS",
    "SANDBOX",
    "Address",
    "Environment",
    "Given",
    "Notice",
    "Option",
    "Price",
    "Resolved",
    "Secret",
    "Settings",
    "Upstream",
    "UpstreamPlan",
    "cannot_listen",
    "check_control",
    "chinese_page",
    "english_page",
    "is_loopback",
    "known",
    "parse_address",
    "plan_upstream",
    "read_secret_file",
    "resolve",
]
