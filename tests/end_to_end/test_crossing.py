"""Nothing of one organization reaches another, through a real gateway: not by a query, a name, a key, an id, a number, or a line."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import inside
from tests.end_to_end.crossing import KEPT, MAIL, Tenant, World, world

PLACEHOLDER = re.compile(r"\[EMAIL_[0-9A-Z]{10}\]")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One gateway for the whole file."""
    with world(tmp_path_factory.mktemp("crossing")) as found:
        yield found


def test_each_is_served_by_its_own_upstream(seen: World) -> None:
    """Whatever it asks, and also where its own fails; with its own credential, and no cookie of another's connection."""
    own, shared = seen.own.all_asked(), seen.shared.all_asked()
    assert all(each.word in own and each.word not in shared for each in (seen.acme, seen.vault))
    assert all(each.word in shared and each.word not in own for each in (seen.globex, seen.initech))
    for upstream, credential in ((seen.own, "sk-ant-own"), (seen.shared, "sk-ant-shared")):
        assert {each.headers.get("x-api-key") for each in upstream.asked} == {credential}
        assert not any("cookie" in each.headers for each in upstream.asked)
    for tenant in seen.everybody:
        assert tenant.got("plain")[0].startswith("200")
        assert tenant.got("fail")[0].startswith("529")
    fails = [each for each in seen.own.asked if b"ACME-SAYS-5317 fail" in each.body]
    assert len(fails) == 2, "its own upstream is tried again"


def test_another_upstreams_name_says_nothing(seen: World) -> None:
    """Whoever names one that is another's is told the same as for one that is nowhere."""
    for tenant in (seen.acme, seen.globex):
        theirs, nowhere = (json.loads(text[text.index('{"type"') :])["error"] for text in tenant.got("named"))
        assert theirs == nowhere
        assert theirs["type"] == "invalid_request_error"


def test_a_session_of_the_same_name_is_another(seen: World) -> None:
    """Each goes on with its own words; an organization that keeps no content has none, and is told so."""
    for tenant, upstream in ((seen.acme, seen.own), (seen.globex, seen.shared), (seen.initech, seen.shared)):
        (second,) = [each.body.decode() for each in upstream.asked if f"{tenant.word} turn 2".encode() in each.body]
        assert f"{tenant.word} turn 1" in second
        assert not any(other.word in second for other in seen.others(tenant))
    assert all("stores no content" in text and text.startswith("400") for text in seen.vault.got("session")), seen.vault.got("session")


def test_an_idempotency_key_of_the_same_text_is_another(seen: World) -> None:
    """Each gets its own upstream's answer again, for one request there; who keeps no content is told why there is none."""
    same = b"the same words of everybody"
    for tenant, upstream in ((seen.acme, seen.own), (seen.globex, seen.shared), (seen.initech, seen.shared)):
        first, again = (text[text.index('{"id"') :] for text in tenant.got("once"))
        assert first == again
        assert upstream.name in first
    first, again = seen.vault.got("once")
    assert first.startswith("200")
    assert again.startswith("409")
    assert "is isolated and keeps no content" in again
    assert [sum(same in each.body for each in upstream.asked) for upstream in (seen.own, seen.shared)] == [2, 2]


def test_batches_and_files_of_another_are_not_there(seen: World) -> None:
    """Not by their ids, in a path or a body, and in no list; their owner finds them."""
    for tenant in (seen.acme, seen.globex, seen.initech):
        assert all(text.startswith("404") for text in tenant.got("reach")), tenant.got("reach")
        assert tenant.got("mine")[0].startswith("200")
    lists = [text for tenant in seen.everybody for text in tenant.got("list")]
    assert len(lists) == 8
    assert all(text.startswith("200") for text in lists)


def test_no_answer_holds_anything_of_another(seen: World) -> None:
    """Head and body of everything that anybody was answered, the admin API's lists and reports and all errors included."""
    for tenant in seen.everybody:
        assert all(text.startswith("200") for text in [*tenant.got("admin"), *tenant.got("report")]), tenant.got("admin")
        for what, text in tenant.answers:
            for other in seen.others(tenant):
                said = [mark for mark in other.marks() if mark in text and what != "reach"]
                assert not said, (tenant.name, what, text)
        for text in tenant.got("reach"):  # the refusal may repeat the id that was asked for, and nothing else
            assert not any(mark in text for other in seen.others(tenant) for mark in (other.name, other.word, other.id))
            assert not any(each.name in text for each in (seen.own, seen.shared))


def test_one_value_has_a_placeholder_of_each_ones_own(seen: World) -> None:
    """The same address is another placeholder for every organization, always the same for one, and each caller gets it back."""
    asked = [each.body.decode(errors="replace") for upstream in (seen.own, seen.shared) for each in upstream.asked]
    assert not any(MAIL in body for body in asked)
    found = {
        tenant.name: {name for body in asked if tenant.word in body for name in PLACEHOLDER.findall(body)} for tenant in seen.everybody
    }
    assert [len(names) for names in found.values()] == [1, 1, 1, 1]
    assert len(set.union(*found.values())) == 4
    for tenant in seen.everybody:
        assert all(f"{tenant.word} " in text and MAIL in text for text in [*tenant.got("plain"), *tenant.got("stream")])


def test_no_metric_names_anybody(seen: World) -> None:
    """Labels hold no organization, key, or word; upstreams go by the operator's names."""
    assert 'upstream="own"' in seen.metrics
    assert 'yumen_dependency_up{dependency="encryption.key"} 1' in seen.metrics
    for tenant in seen.everybody:
        assert not any(mark in seen.metrics for mark in tenant.marks())


def test_no_word_stands_in_a_log_a_trace_or_any_file(seen: World) -> None:
    """Neither what was asked nor what was answered: everything that is stored of it is sealed, whoever it belongs to."""
    traces = b"".join(each.body for each in seen.collector.asked)
    assert b"messages" in traces, "the collector got spans"
    files = {path: path.read_bytes() for path in (seen.folder / "data").rglob("*") if path.is_file()}
    for tenant in seen.everybody:
        word = tenant.word.encode()
        assert tenant.word not in seen.printed
        assert word not in traces
        assert [path for path, data in files.items() if word in data or MAIL.encode() in data] == []
        assert [path for path, data in files.items() if tenant.key.encode() in data] == []
    assert not any(b"upstream heard" in data for data in files.values())


def test_no_log_line_names_two(seen: World) -> None:
    """A line is one organization's matter, or nobody's."""
    lines = seen.printed.splitlines() + [
        line for path in (seen.folder / "data").rglob("*.log*") for line in path.read_text(errors="replace").splitlines()
    ]
    for line in lines:
        named = [tenant.name for tenant in seen.everybody if any(mark in line for mark in (tenant.id, tenant.key_id, tenant.workspace))]
        assert len(named) < 2, line


def test_rows_lie_with_their_organization(seen: World) -> None:
    """The main database has none of those that are isolated, and theirs none of anybody else's."""
    counts = {tenant.name: {table: rows_of(tenant.place, table) for table in KEPT} for tenant in seen.everybody}
    for tenant in seen.everybody:
        for table in KEPT:
            found = counts[tenant.name][table]
            apart = [other for other in seen.others(tenant) if other.place != tenant.place]
            assert not any(mark in found for other in apart for mark in (other.id, other.workspace, other.key_id)), table
    for tenant in (seen.acme, seen.globex, seen.initech):
        assert all(tenant.workspace in counts[tenant.name][table] for table in KEPT if table not in ("session_turns", "placeholders"))
    assert seen.vault.workspace in counts["vault"]["entries"]
    assert counts["vault"]["contents"] == counts["vault"]["sessions"] == "[]"


def test_kept_content_is_shown_to_the_operator_and_written_down(seen: World) -> None:
    """`yumen logs content` finds each one's in its own database; where none is kept there is none; the audit log says who looked."""
    for tenant in seen.everybody:
        request_id = id_of(tenant, "plain")
        ran = inside(seen.folder, "logs", "content", request_id)
        if tenant is seen.vault:
            assert ran.code != 0
            assert "nothing is kept" in ran.err
            continue
        assert ran.code == 0, ran.err
        assert f"{tenant.word} plainly" in ran.out
        assert MAIL not in ran.out
        assert len(PLACEHOLDER.findall(ran.out)) == 2, "once as asked, once as answered"
        assert "heard:" in ran.out
        assert not any(other.word in ran.out for other in seen.others(tenant))
        audit = inside(seen.folder, "audit", "--json").out
        assert any(json.loads(line)["action"] == "content.read" and request_id in line and tenant.id in line for line in audit.splitlines())


def id_of(tenant: Tenant, what: str) -> str:
    """Return the request id of an answer."""
    text = tenant.got(what)[0]
    return text.split("'request-id': '")[1].split("'")[0]


def rows_of(path: Path, table: str) -> str:
    """Return all rows of a table as text."""
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608  (our own names)
