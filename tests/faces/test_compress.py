"""Pages are sent compressed to who can read them so; what machines and files say is left alone."""

import gzip

from django.test import Client

from tests.cast import Cast

ASKED = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def test_page_is_compressed_for_who_can_read_it_so(cast: Cast, client: Client) -> None:
    plain, small = client.get("/"), client.get("/", **ASKED)
    assert ("Content-Encoding" in plain, small["Content-Encoding"], small["Vary"].count("Accept-Encoding")) == (
        False, "gzip", 1,
    )  # fmt: skip
    assert gzip.decompress(small.content).startswith(b"<!doctype html>")
    assert len(small.content) * 2 < len(plain.content)


def test_same_page_is_never_of_the_same_length(cast: Cast, client: Client) -> None:
    assert len({len(client.get("/ask/", **ASKED).content) for _ in range(8)}) > 1


def test_answers_to_machines_are_left_alone(cast: Cast, client: Client) -> None:
    assert "Content-Encoding" not in client.get("/api/v1/openapi.json", **ASKED)
