"""A notice as a mail: built by the standard library, so that nothing in a name or a text can become a header."""

from __future__ import annotations

import hashlib
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from yumen.clock import EPOCH
from yumen.notices.plain import cut, one_line
from yumen.notices.values import NotSentError

if TYPE_CHECKING:
    from yumen.notices.values import Message

ADDRESS = re.compile(r"""[^\s@<>(),;:\\"\[\]]{1,64}@[^\s@<>(),;:\\"\[\]]{1,255}""")
"""One plain address: a second recipient, a comment or a display name has no room in it."""
MAX_SUBJECT_BYTES = 400
MAX_TEXT_BYTES = 100_000


def letter(sender: str, to: str, message: Message, now_s: int) -> EmailMessage:
    """Return the mail. Raises NotSentError where the address is none."""
    if not is_address(to):
        raise NotSentError("the recipient's address is none")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = cut(one_line(message.subject), MAX_SUBJECT_BYTES)
    mail["Date"] = format_datetime(EPOCH.fromtimestamp(now_s, EPOCH.tzinfo))
    digest = hashlib.sha256(f"{message.id}/{to}".encode()).hexdigest()
    mail["Message-ID"] = f"<{digest[:40]}@{domain_of(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(cut(message.text, MAX_TEXT_BYTES), charset="utf-8", cte="base64")
    return mail


def is_address(text: str) -> bool:
    """Whether it is one plain mail address, all of it printable."""
    return ADDRESS.fullmatch(text) is not None and text.isprintable()


def domain_of(address: str) -> str:
    """Return what stands behind the @."""
    return address.rpartition("@")[2]
