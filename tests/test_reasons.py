"""Why something failed, in words."""

from __future__ import annotations

import asyncio
import http.client
import ssl

import pytest

from oauth2.reasons import reason_of


def raised(call: str) -> Exception:
    """Return what an expression raises."""
    with pytest.raises(UnicodeError) as caught:
        eval(call)
    return caught.value


def untrusted() -> ssl.SSLCertVerificationError:
    """Return the error for a certificate that nobody known has signed."""
    long = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed (_ssl.c:997)"
    error = ssl.SSLCertVerificationError(1, long)
    error.verify_message = "self signed"
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError(2, "No such file", "a.png"), "a.png: No such file"),
        (OSError("[Errno 111] Connection refused"), "Connection refused"),
        (OSError("no proxy: [Errno -2] Name not known"), "no proxy: Name not known"),
        (OSError("[WinError 10061] No connection"), "No connection"),
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version (_ssl.c:1006)"),
            "wrong version",
        ),
        (ssl.SSLError(1, "[SSL] unknown error"), "unknown error"),
        (untrusted(), "self signed"),
        (http.client.IncompleteRead(b"abc"), "the response broke off after 3 octets"),
        (
            http.client.IncompleteRead(b"a" * 1234, 5678),
            "the response broke off after 1,234 octets, 5,678 before its end",
        ),
        (
            asyncio.IncompleteReadError(b"", 9),
            "the response broke off after 0 octets, 9 before its end",
        ),
        (raised("'é☃'.encode('ascii')"), "a character at index 0 cannot be encoded as ascii"),
        (raised("b'a\\xff'.decode('utf-8')"), "byte 1 is not valid UTF-8"),
        (ValueError("A sentence."), "A sentence"),
        (UnicodeError("label is empty"), "label is empty"),
        (TimeoutError(), "timed out"),
        (RuntimeError(), "no reason was given"),
    ],
)
def test_reason_has_no_number_and_no_name_of_a_class(error: Exception, reason: str) -> None:
    """Nor a period, as more may follow."""
    assert reason_of(error) == reason


@pytest.mark.parametrize("host", ["a..b", "a" * 64])
def test_host_name_that_idna_has_not_is_told_without_its_codec(host: str) -> None:
    """Its own words are within brackets, behind a name of Python's."""
    reason = reason_of(raised(f"'{host}'.encode('idna')"))
    assert "UnicodeError" not in reason
    assert "(" not in reason
