"""Where credentials come from: the environment, files, AWS Secrets Manager, HashiCorp Vault.

The nouns and the rules; what keeps a secret fresh stands in `keeper`, since every command reads settings, and few keep any.
"""

from yumen.secrets.pace import Pace
from yumen.secrets.reference import FORMS, parse_reference
from yumen.secrets.rules import Flaw, Judge, Judged, Remark, judge_claudes_key, judge_key, judge_text
from yumen.secrets.values import About, Reference, SecretForbidden, SecretMissing, Source, Stage, StoreUnavailable, Tells, Unfit

__all__ = [
    "FORMS",
    "About",
    "Flaw",
    "Judge",
    "Judged",
    "Pace",
    "Reference",
    "Remark",
    "SecretForbidden",
    "SecretMissing",
    "Source",
    "Stage",
    "StoreUnavailable",
    "Tells",
    "Unfit",
    "judge_claudes_key",
    "judge_key",
    "judge_text",
    "parse_reference",
]
