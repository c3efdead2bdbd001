"""Where credentials come from: the environment, files, AWS Secrets Manager, HashiCorp Vault."""

from yumen.secrets.around import Surroundings
from yumen.secrets.fetcher import Fetcher
from yumen.secrets.keeper import Keeper
from yumen.secrets.pace import Pace
from yumen.secrets.reference import FORMS, parse_reference
from yumen.secrets.rules import Flaw, Judge, Judged, Remark, judge_claudes_key, judge_key, judge_text
from yumen.secrets.values import Reference, SecretForbidden, SecretMissing, Source, Stage, StoreUnavailable, Unfit

__all__ = [
    "FORMS",
    "Fetcher",
    "Flaw",
    "Judge",
    "Judged",
    "Keeper",
    "Pace",
    "Reference",
    "Remark",
    "SecretForbidden",
    "SecretMissing",
    "Source",
    "Stage",
    "StoreUnavailable",
    "Surroundings",
    "Unfit",
    "judge_claudes_key",
    "judge_key",
    "judge_text",
    "parse_reference",
]
