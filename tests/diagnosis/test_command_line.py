"""Command lines split into words: by hand as the shells' manuals have it, and by bash itself."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from oauth2.diagnosis.command_line import split_command

# Of one request, as browsers copy it: in Chrome's manner of today for cmd, and in that of old.
NEW_CMD = (
    'curl ^"https://a.example/?x=^%^41^&b=\\^[0\\^]^" ^\n  -H ^"A: OAuth x=^\\^"k^\\^"; y^" ^\n'
    '  --data-raw ^"a=^\\^\\b^\n\nc^"\n'
)
OLD_CMD = (
    'curl "https://a.example/?x="%"41&b=\\[0\\]" ^\r\n  -H "A: OAuth x=""k""; y" ^\r\n'
    '  --data-raw "a=\\\\b"^\r\n\r\n"c"\r\n'
)
WORDS = ["curl", "https://a.example/?x=%41&b=\\[0\\]", "-H", 'A: OAuth x="k"; y', "--data-raw"]


@pytest.mark.parametrize(("line", "body"), [(NEW_CMD, "a=\\\\b\nc"), (OLD_CMD, "a=\\\\b\r\nc")])
def test_line_for_cmd_is_split(line: str, body: str) -> None:
    """Carets go, then quotation marks and the backslashes before them."""
    words, rest = split_command(line)
    assert (words, rest.strip()) == ([*WORDS, body], "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('curl ^"a\\\\^" b', ["curl", "a\\", "b"]),
        ('curl ^"a\\\\\\^"b^" ""', ["curl", 'a\\"b', ""]),
        ('curl "a" ^& b^\nc "d\\""', ["curl", "a", "&", "b", "c", 'd"']),
        ('curl "a"^"b \\"" c"', ["curl", 'a"b "', "c"]),
    ],
)
def test_marks_for_cmd_are_read_as_its_programs_read_them(line: str, words: list[str]) -> None:
    """Backslashes count before a quotation mark alone."""
    assert split_command(line) == (words, "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"curl 'a b' c\ d e\'f", ["curl", "a b", "c d", "e'f"]),
        ('curl "a \\" \\\\ \\$x \\` \\z ^&"', ["curl", 'a " \\ $x ` \\z ^&']),
        ("curl \\\n  'a\\\n'  \\\r\n b\\\nc", ["curl", "a\\\n", "bc"]),
        ('curl "a\\\nb"', ["curl", "ab"]),
        ("curl a\n  -H b\n\n --c", ["curl", "a", "-H", "b", "--c"]),
        (r"curl $'it\'s \u0021\x21\41 \xc3\xa9 \u00e9\U0001f600\n\z\\'", None),
        ("curl $'a'b'c'\"d\"", ["curl", "abcd"]),
        ("curl '$x' '^\"' a$ \"b$\"", ["curl", "$x", '^"', "a$", "b$"]),
        ("curl ''", ["curl", ""]),
    ],
)
def test_line_for_a_shell_of_posix_is_split(line: str, words: list[str] | None) -> None:
    """Its quotes, those of ANSI C, and lines that go on."""
    expected = words or ["curl", "it's !!! \u00e9 \u00e9\U0001f600\nz\\"]
    assert split_command(line) == (expected, "")


def test_octets_that_are_not_text_are_kept() -> None:
    """They are surrogate escapes, as in all text that was octets."""
    assert split_command(r"curl $'\xe9'") == (["curl", "\udce9"], "")


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("curl a | jq .", "| jq ."),
        ("curl a > out", "> out"),
        ("curl a 2>&1", "2>&1"),
        ("curl a && echo", "&& echo"),
        ("curl a; echo", "; echo"),
        ("curl a &", "&"),
        ("curl a\nHTTP/1.1 401 Unauthorized", "\nHTTP/1.1 401 Unauthorized"),
        ('curl ^"a^" | more', "| more"),
        ('curl ^"a^" 2>nul', "2>nul"),
        ('curl ^"a^"\r\nHTTP/1.1 401', "\r\nHTTP/1.1 401"),
    ],
)
def test_command_ends_where_the_shell_ends_it(line: str, rest: str) -> None:
    """What follows is no word of it."""
    words, followed = split_command(line)
    assert (words[1:], followed) == (["a"], rest)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("curl http://a.example/?sekrit&b=c", "the URL in quotation marks, got an & without"),
        ("curl 'sekrit", "expected the end of what is quoted"),
        ('curl "sekrit', "expected the end of what is quoted"),
        ('curl "$sekrit"', "got a variable of the shell"),
        ("curl ${sekrit}", "got a variable of the shell"),
        ("curl $(sekrit)", "got a variable of the shell"),
    ],
)
def test_line_that_is_not_what_was_sent_is_told(line: str, said: str) -> None:
    """Without a word of it, as there may be secrets."""
    with pytest.raises(ValueError, match=r"^curl: ") as caught:
        split_command(line)
    assert said in str(caught.value)
    assert "sekrit" not in str(caught.value)


@pytest.mark.parametrize("word", ["a b", "it's", '"', "\\", "$x", "^&", "\u00e9\n", "", "a\"b'c"])
def test_word_that_python_has_quoted_is_itself(word: str) -> None:
    """Whatever is in it."""
    assert split_command(shlex.join(["curl", word, "b"])) == (["curl", word, "b"], "")


@pytest.mark.parametrize(
    "word", ["a b", "it's", '"', "\\", 'a\\"b', "b \\\\", "%A% ^&|<", "", '""']
)
def test_word_that_python_has_quoted_for_windows_is_itself(word: str) -> None:
    """As the runtime of C reads it, with each character escaped for cmd."""
    line = subprocess.list2cmdline(["curl", word, '"', "b"])
    assert split_command("^" + "^".join(line)) == (["curl", word, '"', "b"], "")
