"""The pages of what stands around an organization's keys: upstreams, secrets, alerts, audit log, settings, system."""

from yumen.console.pages.gateway import alerts, audit, secrets, settings, system, upstreams

PAGES = (*upstreams.PAGES, *secrets.PAGES, *alerts.PAGES, *audit.PAGES, *settings.PAGES, *system.PAGES)

__all__ = ["PAGES"]
