"""How long a body may be."""

from __future__ import annotations

import json
import socket

import pytest
from asking import answer, ask_unsigned

import oauth2
import oauth2.sandbox

LIMIT = 1000


def test_a_body_of_the_limit_is_read_and_not_an_octet_more(consumer: oauth2.Consumer) -> None:
    """The refusal is in the sandbox's own manner, and says what the limit is."""
    with oauth2.sandbox.run(consumer, max_body=LIMIT) as provider:
        client = oauth2.Client(consumer, provider.add_token(), placement="header", proxy_info=None)
        headers = {"Content-Type": "application/octet-stream"}
        got = answer(*client.request(provider.resource_url, "PUT", b"x" * LIMIT, headers))
        assert got.status == 200
        for length in (LIMIT + 1, LIMIT * 100):
            got = answer(*client.request(provider.resource_url, "PUT", b"x" * length, headers))
            assert got.problem == (413, "parameter_rejected")
            advice = got.fields["oauth_problem_advice"]
            assert advice == "body: expected at most 1000 octets, got more"


def test_a_body_in_chunks_is_limited_too(consumer: oauth2.Consumer) -> None:
    """It does not say how long it is."""
    with oauth2.sandbox.run(consumer, max_body=LIMIT) as provider:
        head = b"POST /echo?a=b HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunks = b"3e8\r\n" + b"x" * LIMIT + b"\r\n1\r\nx\r\n0\r\n\r\n"
        address = provider.url.rpartition("/")[2].split(":")
        with socket.create_connection((address[0], int(address[1])), timeout=10) as connection:
            connection.sendall(head + chunks)
            with connection.makefile("rb") as file:
                assert b" 413 " in file.readline()


@pytest.mark.parametrize("length", [1 << 20, 32 << 20])
def test_the_limit_is_32_mebibytes_by_default(
    provider: oauth2.sandbox.Provider, consumer: oauth2.Consumer, length: int
) -> None:
    """A photo is less."""
    client = oauth2.Client(consumer, provider.add_token(), placement="header", proxy_info=None)
    headers = {"Content-Type": "application/octet-stream"}
    response, content = client.request(provider.resource_url, "PUT", b"x" * length, headers)
    assert response.status == 200
    assert json.loads(content)["body"]["length"] == length


def test_a_form_of_the_page_is_limited_too(consumer: oauth2.Consumer) -> None:
    """It is read before it is known whose it is."""
    with oauth2.sandbox.run(consumer, max_body=LIMIT) as provider:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        got = ask_unsigned(provider.authorize_url, "POST", body="x" * 2000, headers=headers)
        assert got.status == 413
