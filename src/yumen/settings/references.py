"""Every reference that the settings hold: the upstreams' credentials, and the passwords, secrets and keys of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yumen.secrets.rules import judge_text
from yumen.settings.clouds import judge_of
from yumen.settings.upstreams import plan_upstreams

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.secrets.rules import Judge
    from yumen.settings.values import Settings


class Named(NamedTuple):
    """A reference as it stands in a setting, and what judges the text that it leads to."""

    setting: str
    text: str
    judge: Judge = judge_text


def named_references(settings: Settings, environ: Mapping[str, str]) -> Iterator[Named]:
    """Yield them all. Raises OperatorError where the upstreams' settings will not do."""
    for plan in plan_upstreams(settings, environ):
        if plan.credential is not None and plan.url is not None:
            setting = f"upstreams.{plan.name}.credential" if settings.upstreams else "credential"
            yield Named(setting, str(plan.credential), judge_of(plan.table, plan.url))
    for setting, text in others(settings):
        if text is not None:
            yield Named(setting, text)


def others(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Yield all settings but the upstreams' that take a reference. What opens Vault is tried by whatever leads there."""
    yield "database.password", settings.database.password
    yield "redis.password", settings.redis.password
    yield "encryption.key", settings.encryption.key
    yield "mail.password", settings.mail.password
    yield "sms.secret", settings.sms.secret
    alerts = settings.alerts
    yield "alerts.webhook_secret", alerts.webhook_secret
    yield "alerts.dingtalk", alerts.dingtalk
    yield "alerts.dingtalk_secret", alerts.dingtalk_secret
    yield "alerts.feishu", alerts.feishu
    yield "alerts.feishu_secret", alerts.feishu_secret
    yield "alerts.wecom", alerts.wecom
    for name, environment in settings.environments.items():
        yield f"environments.{name}.key", environment.key
