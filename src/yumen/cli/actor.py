"""In whose name the command line acts, as the audit log has it."""

from __future__ import annotations

import getpass
import os

from yumen.audit import Actor


def actor() -> Actor:
    """Return the user of this machine who runs the command."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a number without a name, as in containers
        name = str(os.getuid())
    return Actor(f"command line:{name}")
