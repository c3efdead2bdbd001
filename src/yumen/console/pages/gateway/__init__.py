"""The pages of what stands around an organization's keys: upstreams, secrets, alerts, audit log, settings, system."""

from yumen.console.pages.gateway.alerts import PAGES as ALERTS
from yumen.console.pages.gateway.audit import PAGES as AUDIT
from yumen.console.pages.gateway.secrets import PAGES as SECRETS
from yumen.console.pages.gateway.settings import PAGES as SETTINGS
from yumen.console.pages.gateway.system import PAGES as SYSTEM
from yumen.console.pages.gateway.upstreams import PAGES as UPSTREAMS

PAGES = (*UPSTREAMS, *SECRETS, *ALERTS, *AUDIT, *SETTINGS, *SYSTEM)

__all__ = ["PAGES"]
