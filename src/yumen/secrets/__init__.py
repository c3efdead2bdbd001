"""Where credentials come from: the environment, files, AWS Secrets Manager, HashiCorp Vault."""

from yumen.secrets.reference import FORMS, parse_reference
from yumen.secrets.rules import Flaw, Judge, Judged, Remark, judge_claudes_key, judge_key, judge_text
from yumen.secrets.values import Reference, SecretMissing, Source, Stage, StoreUnavailable

__all__ = [
    "FORMS",
    "Flaw",
    "Judge",
    "Judged",
    "Reference",
    "Remark",
    "SecretMissing",
    "Source",
    "Stage",
    "StoreUnavailable",
    "judge_claudes_key",
    "judge_key",
    "judge_text",
    "parse_reference",
]
