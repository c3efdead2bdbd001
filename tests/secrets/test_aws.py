"""A secret in AWS is fetched by its stage's name, in its region; what AWS refuses is said in one sentence, by AWS's code."""

from __future__ import annotations

import gc
import io
import json
import logging
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import botocore.exceptions as foreign
import pytest
from hypothesis import HealthCheck, given, settings

from tests.aws import REGION, Emulator
from tests.secrets.faults import FAULTS, anything, ends_well, unavailable
from tests.secrets.meddler import SILENT, Meddler, answer
from yumen.observe import Log, Redactor, take_over
from yumen.observe.log import TALKATIVE
from yumen.secrets import Reference, SecretForbidden, SecretMissing, Stage, StoreUnavailable
from yumen.secrets.aws import FORBIDDEN, PASSING, WORDS, AwsOptions, AwsSource, judged, patience, region_of

VALUE = "sk-ant-api03-a-value-of-aws-tests"
NEXT = "sk-ant-api03-the-next-value-of-aws-tests"
RIGHT = json.dumps({"Name": "x", "SecretString": VALUE}).encode()

pytestmark = [
    pytest.mark.usefixtures("aws_credentials"),
    # AWS's client leaves the connection of an answer that is none to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture
def source(ministack: Emulator) -> Iterator[AwsSource]:
    """A source before ministack."""
    source = AwsSource(AwsOptions(REGION, ministack.url))
    yield source
    source.close()


@pytest.fixture(scope="module")
def meddler(moto: Emulator) -> Iterator[Meddler]:
    """A meddler before moto."""
    with Meddler(moto.port) as meddler:
        yield meddler


@pytest.fixture
def meddled(meddler: Meddler) -> Iterator[AwsSource]:
    """A source behind the meddler, which lets all pass at first; it tries once."""
    meddler.meddle(None)
    meddler.seen.clear()
    source = AwsSource(AwsOptions(REGION, meddler.url, timeout_s=1.9))
    yield source
    source.close()


@pytest.fixture(scope="module")
def lasting(meddler: Meddler) -> Iterator[AwsSource]:
    """A source that goes through all that may happen to one."""
    source = AwsSource(AwsOptions(REGION, meddler.url, timeout_s=1.9))
    yield source
    source.close()
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


@pytest.fixture(scope="module")
def reference(moto: Emulator) -> Reference:
    """A secret that is there."""
    return Reference("aws-sm", moto.new(SecretString=VALUE)[0])


def test_a_rotation_is_seen_stage_by_stage(ministack: Emulator, source: AwsSource) -> None:
    """While it goes on the current value stays the current one; the pending one must be asked for, and then the previous one."""
    name, first = ministack.new(SecretString=VALUE)
    reference, client = Reference("aws-sm", name), ministack.client()
    for stage in (Stage.PENDING, Stage.PREVIOUS):
        missing(source, reference, "none with this label", stage)
    second = client.put_secret_value(SecretId=name, SecretString=NEXT, VersionStages=["AWSPENDING"])["VersionId"]
    assert source.fetch(reference) == VALUE
    assert source.fetch(reference, Stage.PENDING) == NEXT
    missing(source, reference, "none with this label", Stage.PREVIOUS)
    client.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second, RemoveFromVersionId=first)
    assert source.fetch(reference) == NEXT
    assert source.fetch(reference, Stage.PREVIOUS) == VALUE
    told = source.about(reference)
    assert told is not None
    assert told.version == second
    assert told.since.endswith("Z")
    client.update_secret_version_stage(SecretId=name, VersionStage="AWSPENDING", RemoveFromVersionId=second)
    missing(source, reference, "none with this label", Stage.PENDING)


def test_the_current_value_is_asked_for_by_name(moto: Emulator, meddled: AwsSource) -> None:
    """Moto's value without a label is the old one after such a move; ours is not."""
    name, first = moto.new(SecretString=VALUE)
    second = moto.client().put_secret_value(SecretId=name, SecretString=NEXT, VersionStages=["AWSPENDING"])["VersionId"]
    moto.client().update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second, RemoveFromVersionId=first)
    assert meddled.fetch(Reference("aws-sm", name)) == NEXT


def test_a_field_of_a_json_object(ministack: Emulator, source: AwsSource) -> None:
    """As the console of AWS stores secrets: an object of texts. Without a field the whole text is given."""
    text = json.dumps({"key": VALUE, "number": 7})
    name, _ = ministack.new(SecretString=text)
    assert source.fetch(Reference("aws-sm", name, "key")) == VALUE
    assert source.fetch(Reference("aws-sm", name)) == text
    missing(source, Reference("aws-sm", name, "other"), "no such field")
    missing(source, Reference("aws-sm", name, "number"), "holds no text")


@pytest.mark.parametrize("text", [VALUE, "[1]", "7", "{", '{"a": ' * 100_000])
def test_a_field_of_what_is_no_object(ministack: Emulator, source: AwsSource, text: str) -> None:
    """A plain text has no fields, and is not shown."""
    name, _ = ministack.new(SecretString=text[:60_000])
    missing(source, Reference("aws-sm", name, "key"), "is not a JSON object")


def test_bytes_are_text_where_they_are_utf_8(ministack: Emulator, source: AwsSource) -> None:
    """Whoever stored the secret as bytes gets it; what is no text is refused."""
    name, _ = ministack.new(SecretBinary=VALUE.encode())
    assert source.fetch(Reference("aws-sm", name)) == VALUE
    name, _ = ministack.new(SecretBinary=b"\xff\xfe" + VALUE.encode())
    missing(source, Reference("aws-sm", name), "no text in UTF-8")


@pytest.mark.parametrize("emulator", ["moto", "ministack"])
def test_what_is_not_there(emulator: str, request: pytest.FixtureRequest) -> None:
    """Never made, deleted, and in another region: each is missing, whatever the status that says so."""
    server: Emulator = request.getfixturevalue(emulator)
    name, _ = server.new(SecretString=VALUE)
    near, far = AwsSource(AwsOptions(REGION, server.url)), AwsSource(AwsOptions("ap-southeast-1", server.url))
    missing(near, Reference("aws-sm", "yumen/never-made"), "no such secret")
    missing(far, Reference("aws-sm", name), "no such secret")
    server.client().delete_secret(SecretId=name)
    missing(near, Reference("aws-sm", name), "is deleted")
    near.close()
    far.close()


def test_an_arn_names_its_region(ministack: Emulator) -> None:
    """A secret of another region is asked for there; each region has one client."""
    far = ministack.client("us-east-2")
    arn = far.create_secret(Name="yumen/far", SecretString=VALUE)["ARN"]
    source = AwsSource(AwsOptions(REGION, ministack.url))
    assert source.fetch(Reference("aws-sm", arn)) == VALUE
    assert source.fetch(Reference("aws-sm", arn)) == VALUE
    missing(source, Reference("aws-sm", "yumen/far"), "no such secret")
    assert set(source._clients) == {REGION, "us-east-2"}
    source.close()


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("plain/name", None),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:name-AbCdEf", "eu-west-1"),
        ("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:name-AbCdEf", "cn-north-1"),
        ("arn:aws:secretsmanager::123456789012:secret:name", None),
        ("arn:half", None),
    ],
)
def test_regions(name: str, region: str | None) -> None:
    """Only a whole ARN names a region."""
    assert region_of(name) == region


def test_the_region_of_the_environment(ministack: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a setting it is found as AWS's own tools find it; without any, the sentence says what to set."""
    name, _ = ministack.new(SecretString=VALUE)
    nowhere = AwsSource(AwsOptions(endpoint=ministack.url))
    missing(nowhere, Reference("aws-sm", name), "secrets.aws_region")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    source = AwsSource(AwsOptions(endpoint=ministack.url))
    assert source.fetch(Reference("aws-sm", name)) == VALUE
    source.close()


def test_without_credentials(monkeypatch: pytest.MonkeyPatch, meddled: AwsSource, reference: Reference) -> None:
    """A chain that finds none is asked again by the next fetch: a machine's metadata service that is late looks the same."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    unavailable(lambda: meddled.fetch(reference), "finds no credentials")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-test")
    missing(meddled, reference, "not valid")  # half of them
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-test")
    assert meddled.fetch(reference) == VALUE


def test_a_profile_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, meddled: AwsSource, reference: Reference) -> None:
    """Somebody must act: a wrong profile stays wrong."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    missing(meddled, reference, "not valid")
    monkeypatch.delenv("AWS_PROFILE")
    (tmp_path / "config").write_text("[not a config")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    missing(meddled, reference, "not valid")


@pytest.mark.parametrize("code", [*WORDS, *FORBIDDEN, *PASSING, "SomethingNew", ""])
@pytest.mark.parametrize("status", [400, 403, 503])
def test_each_code_has_its_meaning(code: str, status: int) -> None:
    """AWS's code decides, not the status; what we do not know may pass."""
    error = foreign.ClientError(
        {"Error": {"Code": code, "Message": VALUE}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetSecretValue"
    )
    ours = judged(Reference("aws-sm", "name"), error)
    assert type(ours) is (SecretMissing if code in WORDS else SecretForbidden if code in FORBIDDEN else StoreUnavailable)
    assert VALUE not in str(ours)


@pytest.mark.parametrize("code", [*WORDS, *FORBIDDEN, *PASSING])
def test_each_code_is_heard_over_http(meddler: Meddler, lasting: AwsSource, reference: Reference, code: str) -> None:
    """As AWS says it: in the body, with a name space before it, whatever the status."""
    meddler.meddle(answer(400, json.dumps({"__type": f"com.amazonaws.secretsmanager#{code}", "message": VALUE}).encode()))
    with pytest.raises(StoreUnavailable if code in PASSING else SecretMissing) as caught:
        lasting.fetch(reference)
    assert caught.value.sentence == {**WORDS, **FORBIDDEN, **PASSING}[code]
    assert VALUE not in str(caught.value)


def test_a_limit_for_a_moment_is_waited_out(meddler: Meddler, reference: Reference) -> None:
    """There is time for a second try where AWS may take more than two seconds."""
    source, answers = AwsSource(AwsOptions(REGION, meddler.url, timeout_s=10)), count()
    throttled = answer(400, b'{"__type": "ThrottlingException"}')
    meddler.meddle(None)
    meddler.spoilt = lambda _: throttled if next(answers) == 0 else None  # type: ignore[method-assign]
    try:
        assert source.fetch(reference) == VALUE
        assert next(answers) == 2
    finally:
        del meddler.spoilt
        source.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_question_may_fail_in_each_way(meddler: Meddler, lasting: AwsSource, reference: Reference, fault: str) -> None:
    """What comes back is the secret or one of our errors, and the next fetch is right."""
    meddler.meddle(FAULTS[fault])
    assert ends_well(lambda: lasting.fetch(reference), reference, VALUE) in {None, VALUE}
    meddler.meddle(None)
    assert lasting.fetch(reference) == VALUE


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instead=anything(RIGHT))
def test_any_answer_ends_well(meddler: Meddler, lasting: AwsSource, reference: Reference, instead: bytes) -> None:
    """A right answer that was bent, and bytes that are none."""
    meddler.meddle(instead)
    ends_well(lambda: lasting.fetch(reference), reference, VALUE)


def test_an_endpoint_that_says_nothing_is_given_up_in_time(meddler: Meddler, reference: Reference) -> None:
    """It takes no longer than it may, tries and pauses together."""
    source = AwsSource(AwsOptions(REGION, meddler.url, timeout_s=0.3))
    meddler.meddle(SILENT)
    unavailable(lambda: source.fetch(reference), r"did not answer within 0\.3 s")
    source.close()


@pytest.mark.parametrize("timeout_s", [0.1, 1.0, 1.9, 2.0, 5.0, 10.0, 60.0])
def test_patience_is_never_passed(timeout_s: float) -> None:
    """Two tries and the longest pause between them fit into what AWS may take."""
    config = patience(timeout_s)
    tries = config.retries["total_max_attempts"]
    assert tries * (config.connect_timeout + config.read_timeout) + (tries - 1) * 1.0 <= timeout_s + 1e-9


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "nothing", "http://", "http://[", "ftp://127.0.0.1"])
def test_an_endpoint_where_nobody_is(endpoint: str) -> None:
    """Nobody listens there, or it is no address."""
    source, reference = AwsSource(AwsOptions(REGION, endpoint, timeout_s=1.0)), Reference("aws-sm", "name")
    assert ends_well(lambda: source.fetch(reference), reference) is None
    source.close()


@pytest.mark.parametrize("region", ["no region", "eu west", "x" * 300, "../.."])
def test_a_region_that_is_none(region: str) -> None:
    """It is refused before anything is sent."""
    source, reference = AwsSource(AwsOptions(region, timeout_s=1.0)), Reference("aws-sm", "name")
    missing(source, reference, "not valid")


def test_what_is_no_name(source: AwsSource) -> None:
    """AWS's own client refuses an empty name."""
    missing(source, Reference("aws-sm", ""), "not valid")


def test_the_answer_is_in_no_log(source: AwsSource, ministack: Emulator) -> None:
    """AWS's client tells each answer as a whole to a log of all levels, before anybody could know what is secret in it; not to ours."""
    secret = "nothing-that-looks-like-a-key"
    name, _ = ministack.new(SecretString=secret)
    console, root = io.StringIO(), logging.getLogger()
    log, before = Log(Redactor(), file=None, console=console), (root.handlers[:], root.level)
    levels = [(logging.getLogger(name), logging.getLogger(name).level) for name in TALKATIVE]
    take_over(log, "DEBUG")
    try:
        assert source.fetch(Reference("aws-sm", name)) == secret
        logging.getLogger("somebody").debug("the last line")
    finally:
        root.handlers[:], root.level = before
        for logger, level in levels:
            logger.setLevel(level)
    log.start()
    log.stop()
    assert "the last line" in console.getvalue()
    assert secret not in console.getvalue()


def missing(source: AwsSource, reference: Reference, sentence: str, stage: Stage = Stage.CURRENT) -> None:
    """Hold a fetch to be SecretMissing, with that in its sentence."""
    with pytest.raises(SecretMissing) as caught:
        source.fetch(reference, stage)
    assert sentence in str(caught.value)
    assert str(reference) in str(caught.value)
    assert VALUE not in str(caught.value)
