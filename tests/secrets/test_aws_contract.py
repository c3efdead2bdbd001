"""AWS's source keeps what every source promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.aws import REGION, Emulator
from tests.secrets.meddler import HANG_UP, Meddler
from yumen.secrets import Reference
from yumen.secrets.aws import AwsOptions, AwsSource
from yumen.testing.secret_source import SecretBench, SecretSourceSuite


@pytest.mark.usefixtures("aws_credentials")
class TestAws(SecretSourceSuite):
    """A whole secret, by its name."""

    @pytest.fixture
    def bench(self, ministack: Emulator) -> Iterator[SecretBench]:
        """A secret of its own for each test."""
        client = ministack.client()
        name, _ = ministack.new(SecretString="nothing yet")

        with Meddler(ministack.port) as meddler:

            @contextmanager
            def outage() -> Iterator[None]:
                meddler.meddle(HANG_UP)
                yield
                meddler.meddle(None)

            source = AwsSource(AwsOptions(REGION, meddler.url, timeout_s=60.0))
            yield SecretBench(
                source,
                Reference("aws-sm", name),
                lambda text: client.put_secret_value(SecretId=name, SecretString=text),
                remove=lambda: client.delete_secret(SecretId=name),
                outage=outage,
            )
            source.close()
