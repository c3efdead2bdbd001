"""What is wrong with a field, as a person is told: by the field's label on the page, not by its name in the admin API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.words import Words

LABEL_SENTENCES = {
    "name": "Name",
    "organization_name": "Organization",
    "email": "E-mail",
    "password": "Password",
    "new_password": "Password",
    "phone": "Phone",
    "country": "Country or region",
    "purpose": "What will you use Claude for?",
    "code": "Code",
    "role": "Role",
    "workspace_id": "Workspace",
    "label": "Label",
    "addresses": "Addresses that may use it",
    "models": "Models that it may use",
    "paths": "Paths that it may use",
    "max_tokens": "Longest answer, in tokens",
    "wait_ms": "Wait for room (ms)",
    "description": "What it is for",
    "description_zh": "The same in Chinese",
    "time_zone": "Time zone",
    "plan": "Plan",
    "reason": "Reason",
    "answer": "Answer",
}
"""The labels of fields, by the last part of their names."""
COMPLAINT_SENTENCES = {
    r"Field required|String should have at least 1 character": "“{field}” is missing: please fill it in.",
    r"String should have at least (?P<n>\d+) characters": "“{field}”: at least {n} characters.",
    r"String should have at most (?P<n>\d+) characters?": "“{field}”: at most {n} characters.",
    r"String should match pattern .*": "“{field}”: it is not written as it must be.",
    r"String should have no control characters": "“{field}”: has characters in it that cannot be shown.",
    r"List should have at most (?P<n>\d+) items": "“{field}”: at most {n} entries.",
    r"Input should be greater than or equal to (?P<n>-?\d+)": "“{field}”: at least {n}.",
    r"Input should be less than or equal to (?P<n>-?[\d.]+)": "“{field}”: at most {n}.",
    r"Input should be a valid integer": "“{field}”: a whole number is needed.",
    r"Input should be one of the values that are allowed here, not (?P<n>.*)": "“{field}”: {n} is not to be chosen here.",
}
"""What the admin API says of a field, and what a person is told."""
OF_A_FIELD = re.compile(r"(?:[\w.]+\.)?(?P<name>\w+)(?:\[\d+\]|\.\d+)*: (?P<complaint>.+)")


def complaint(words: Words, message: str) -> str | None:
    """Say what is wrong with a field; None: the message is of none that a page has, or says something else of it."""
    found = OF_A_FIELD.fullmatch(message)
    label = None if found is None else LABEL_SENTENCES.get(found["name"])
    if found is None or label is None:
        return None
    for pattern, sentence in COMPLAINT_SENTENCES.items():
        fitting = re.fullmatch(pattern, found["complaint"])
        if fitting is not None:
            return words.say(sentence, field=words.say(label), **fitting.groupdict())
    return None
