"""Files: uploaded in any split, described, listed in both schemes, deleted; and the cutter of multipart bodies."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.doubles import Answer, Bench
from yumen.sandbox.multipart import MultipartCutter, MultipartError, PartData, PartHead, boundary_of

BOUNDARY = b"----boundary"


def form(*parts: tuple[str, bytes]) -> bytes:
    """Return a form: each part with its disposition and content."""
    body = b"".join(
        b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in parts
    )
    return body + b"--" + BOUNDARY + b"--\r\n"


def file_part(data: bytes, name: str = "a.txt") -> tuple[str, bytes]:
    """Return the file of a form."""
    return f'name="file"; filename="{name}"\r\nContent-Type: text/plain', data


async def upload(bench: Bench, *parts: tuple[str, bytes], **headers: str) -> Answer:
    """Upload a form."""
    named = {
        "anthropic-version": "2023-06-01",
        "content-type": f"multipart/form-data; boundary={BOUNDARY.decode()}",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return await bench.call("POST", "/v1/files", form(*parts), named)


async def delete(bench: Bench, identity: str) -> Answer:
    """Delete a file."""
    return await bench.call("DELETE", f"/v1/files/{identity}", headers={"anthropic-version": "2023-06-01"})


async def test_life(bench: Bench) -> None:
    """A file is described as it was uploaded, cannot be downloaded, and is gone once deleted."""
    made = (await upload(bench, file_part(b"hello"))).json
    assert (made["type"], made["filename"], made["mime_type"], made["size_bytes"]) == ("file", "a.txt", "text/plain", 5)
    assert (made["downloadable"], made["expires_at"]) == (False, None)
    assert (await bench.get(f"/v1/files/{made['id']}")).json == made
    refused = await bench.get(f"/v1/files/{made['id']}/content")
    assert (refused.status, refused.json["error"]["details"]) == (400, {"error_code": "file_not_downloadable"})
    assert (await delete(bench, made["id"])).json == {"id": made["id"], "type": "file_deleted"}
    assert (await bench.get(f"/v1/files/{made['id']}")).status == 404


async def test_marked_file_can_be_downloaded(bench: Bench) -> None:
    """A file that was marked on its way in comes back byte for byte."""
    data = bytes(range(256)) * 3000
    made = (await upload(bench, file_part(data), x_sandbox_downloadable="true")).json
    assert (await bench.get(f"/v1/files/{made['id']}/content")).body == data


async def test_expiry(bench: Bench) -> None:
    """A file with an expiry is gone after it."""
    made = (await upload(bench, file_part(b"x"), ('name="expires_in_seconds"', b"3600"))).json
    assert made["expires_at"]
    bench.clock.advance(3601)
    assert (await bench.get(f"/v1/files/{made['id']}")).status == 404


async def test_lists(bench: Bench) -> None:
    """Lists page by tokens, or around ids under the old beta, and can be narrowed to ids."""
    ids = [(await upload(bench, file_part(b"x", f"{place}.txt"))).json["id"] for place in range(3)]
    first = (await bench.get("/v1/files?limit=2")).json
    assert [each["id"] for each in first["data"]] == [ids[2], ids[1]]
    second = (await bench.get(f"/v1/files?limit=2&page={first['next_page']}")).json
    assert ([each["id"] for each in second["data"]], second["next_page"]) == ([ids[0]], None)
    old = (await bench.get("/v1/files?limit=1", anthropic_beta="files-api-2025-04-14")).json
    assert (old["has_more"], old["first_id"], old["last_id"]) == (True, ids[2], ids[2])
    some = (await bench.get(f"/v1/files?ids[]={ids[0]}&ids%5B%5D={ids[1]}")).json
    assert {each["id"] for each in some["data"]} == {ids[0], ids[1]}


async def test_bounds(bench: Bench) -> None:
    """One file, and all together, have their bounds; a refused upload leaves nothing behind."""
    bench = Bench(max_file_bytes=100_000, max_stored_bytes=150_000)
    assert (await upload(bench, file_part(b"x" * 100_000))).status == 200
    assert (await upload(bench, file_part(b"x" * 200_000))).status == 413
    full = await upload(bench, file_part(b"x" * 60_000))
    assert (full.status, full.json["error"]["details"]) == (400, {"error_code": "storage_quota_exceeded"})
    assert (await upload(bench, file_part(b"x" * 50_000))).status == 200
    await bench.sandbox.close()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "file: Field required"),
        ([('name="other"', b"x")], "file: Field required"),
        (
            [file_part(b"x"), ('name="expires_in_seconds"', b"60")],
            "expires_in_seconds: Input should be greater than or equal to 3600",
        ),
        (
            [file_part(b"x"), ('name="expires_in_seconds"', b"soon")],
            "expires_in_seconds: Input should be a valid integer, unable to parse string as an integer",
        ),
        ([('name="other"', b"x" * 5000)], "The request body is not valid multipart/form-data"),
    ],
)
async def test_wrong_forms(bench: Bench, parts: list[tuple[str, bytes]], message: str) -> None:
    """A form without a file, or with a wrong field, is refused."""
    assert (await upload(bench, *parts)).message == message


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", ""])
async def test_other_content_types(kind: str) -> None:
    """What is no form is refused."""
    answer = await Bench().call("POST", "/v1/files", b"{}", {"anthropic-version": "2023-06-01", "content-type": kind})
    assert answer.message == "Content-Type must be multipart/form-data"


async def test_example_file() -> None:
    """The placeholder of a mock's test stands for an example file."""
    bench = Bench()
    assert (await bench.get("/v1/files/file_id")).json["id"] == "file_id"
    assert (await bench.get("/v1/files/file_id/content")).body == b"Example data"
    assert (await delete(bench, "file_id")).json["type"] == "file_deleted"


def cut(pieces: list[bytes]) -> list[Any]:
    """Return the parts that a cutter finds: head and data."""
    cutter = MultipartCutter(BOUNDARY)
    parts: list[Any] = []
    for event in (event for piece in pieces for event in cutter.feed(piece)):
        if isinstance(event, PartHead):
            parts.append([event.name, b""])
        elif isinstance(event, PartData):
            parts[-1][1] += event.data
    assert cutter.ended
    return parts


contents = st.one_of(st.binary(max_size=60), st.sampled_from([b"\r\n--", b"\r\n----boundar", b"--", b"\r\n", b"\r\n\r\n--"]))


@given(st.lists(contents, max_size=4), st.lists(st.integers(0, 400), max_size=12))
@settings(deadline=None)
def test_any_split(datas: list[bytes], cuts: list[int]) -> None:
    """However the bytes of a form are split, each part comes out as it was put in."""
    body = form(*((f'name="n{place}"', data) for place, data in enumerate(datas)))
    places = sorted({0, len(body), *(place for place in cuts if place < len(body))})
    pieces = [body[start:stop] for start, stop in pairwise(places)]
    assert cut(pieces) == [[f"n{place}", data] for place, data in enumerate(datas)]


def test_byte_by_byte() -> None:
    """A form that comes byte by byte is read as one that comes whole."""
    body = b"preamble\r\n" + form(file_part(b"data\r\nmore"), ('name="b"', b""))
    assert cut([bytes([octet]) for octet in body]) == cut([body]) == [["file", b"data\r\nmore"], ["b", b""]]


@given(st.binary(max_size=200))
def test_mutated_bodies(data: bytes) -> None:
    """No bytes, however wrong, do more than end in the error for wrong forms."""
    cutter = MultipartCutter(BOUNDARY)
    with suppress(MultipartError):
        cutter.feed(form(file_part(b"x"))[:60] + data + form(file_part(b"x")))


def test_endless_head() -> None:
    """The head of a part has a bound."""
    with pytest.raises(MultipartError):
        MultipartCutter(BOUNDARY).feed(b"--" + BOUNDARY + b"\r\n" + b"a" * 20_000)


@pytest.mark.parametrize(
    ("kind", "boundary"),
    [
        (b'multipart/form-data; boundary="a b"', b"a b"),
        (b"multipart/form-data;boundary=x", b"x"),
        (b"text/plain; boundary=x", None),
        (None, None),
    ],
)
def test_boundary(kind: bytes | None, boundary: bytes | None) -> None:
    """The boundary is read from the content type, quoted or not."""
    assert boundary_of(kind) == boundary
