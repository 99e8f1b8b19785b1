"""A command line as a shell reads it: one of POSIX, or cmd of Windows."""

from __future__ import annotations

import re

from ..encoding import bytes_of, text_of

__all__ = ["split_command"]

# What a shell does not take as it is. A line break ends a command, but for one before an option:
# whoever copied the line from a page may have lost the backslash at its end.
_END = r"(?P<end>(?:(?<=\s)\d)?[<>]|[|&%s]|\r?\n(?!\s*-))"
_posix_parts = re.compile(
    r"\$'(?P<ansi>(?:\\.|[^'\\])*)'|'(?P<single>[^']*)'|\"(?P<double>(?:\\.|[^\"\\])*)\""
    rf"|(?P<joined>\\\r?\n)|\\(?P<escaped>.)|(?P<variable>\$[\w{{(])|{_END % ';'}"
    r"|(?P<space>[ \t\r\n])|[^\s'\"\\$<>|;&]+|(?P<open>['\"])|.",
    re.S,
).finditer
_in_double_quotes = re.compile(r"\\(?P<escaped>\r?\n|[\"\\$`])|(?P<variable>\$[\w{(])")
_ansi_escape = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.S
)
_ANSI_LETTERS = dict(zip("abefnrtvE", "\a\b\x1b\f\n\r\t\v\x1b"))
_cmd_parts = re.compile(
    r"(?P<quoted>\"(?:\\.|[^\"\\])*\"?)|\^\r?\n(?P<newline>\r?\n)?|\^(?P<escaped>.)"
    rf"|{_END % ''}|[^\s\"^<>|&]+|.",
    re.S,
).finditer
# The characters of which the runtime of C on Windows makes words.
_runtime_parts = re.compile(
    r"(?P<slashes>\\*)\"(?P<second>\"?)|(?P<space>[ \t]+)|[^\\\" \t]+|\\+"
).finditer
_first_quote = re.compile("\\^?['\"]").search
_shows_cmd = re.compile(r"\^[\"\r\n]|(?<!\\)\"\"(?=[^\s\"])").search


def split_command(text: str) -> tuple[list[str], str]:
    r"""Return the words of the first command of a text, and what follows that command.

    >>> split_command("curl -d 'a b' $'it\\'s' | jq .")
    (['curl', '-d', 'a b', "it's"], '| jq .')

    Raises ValueError for a quotation mark that is not closed, and for an unquoted ``&`` within
    the line, at which a shell of POSIX ends the command.
    """
    first = _first_quote(text)
    is_cmd = not (first and first[0] == "'") and _shows_cmd(text)
    return _of_cmd(text) if is_cmd else _of_posix(text)


def _of_posix(text: str) -> tuple[list[str], str]:
    words: list[str] = []
    pieces: list[str] = []
    rest = ""
    for match in _posix_parts(text):
        if match["end"]:
            rest = text[match.start() :]
            break
        if not match["space"]:
            pieces += [] if match["joined"] else [_unquoted(match)]
        elif pieces:
            words.append("".join(pieces))
            pieces = []
    if re.match(r"&[^&\s]", rest):
        raise ValueError(
            "curl: expected the URL in quotation marks, got an & without: there the shell ends"
            " the command"
        )
    return [*words, *(["".join(pieces)] if pieces else [])], rest


def _unquoted(match: re.Match[str]) -> str:
    if match["open"]:
        raise ValueError("curl: expected the end of what is quoted, got the line's")
    if match["variable"]:
        raise _variable()
    if match["ansi"] is not None:
        return _ansi_text(match["ansi"])
    if match["double"] is not None:
        return _in_double_quotes.sub(_unescaped, match["double"])
    kept = match["escaped"] if match["single"] is None else match["single"]
    return match[0] if kept is None else kept


def _unescaped(match: re.Match[str]) -> str:
    if match["variable"]:
        raise _variable()
    return match["escaped"].strip("\r\n")


def _variable() -> ValueError:
    return ValueError(
        "curl: expected text, got a variable of the shell; $ is itself in single quotes alone"
    )


def _ansi_text(quoted: str) -> str:
    r"""Read what stands between ``$'`` and ``'``: octets, as ``\x`` writes them."""
    octets, start = bytearray(), 0
    for match in _ansi_escape.finditer(quoted):
        octets += bytes_of(quoted[start : match.start()])
        octets += _ansi_octets(*match.groups())
        start = match.end()
    return text_of(bytes(octets + bytes_of(quoted[start:])))


def _ansi_octets(
    octet: str | None, four: str | None, eight: str | None, octal: str | None, letter: str
) -> bytes:
    if octet or octal:
        return bytes([int(octet, 16) if octet else int(octal or "", 8) & 0xFF])
    if four or eight:
        return chr(min(int(four or eight or "", 16), 0x10FFFF)).encode("utf-8", "surrogatepass")
    return bytes_of(_ANSI_LETTERS.get(letter, letter))


def _of_cmd(text: str) -> tuple[list[str], str]:
    r"""Undo the carets, as cmd does, then the quotation marks, as the program itself does."""
    pieces, end = [], len(text)
    for match in _cmd_parts(text):
        if match["end"]:
            end = match.start()
            break
        if match[0].startswith("^"):
            is_line = match["escaped"] is None
            pieces.append((match["newline"] or " ") if is_line else match["escaped"])
        else:
            pieces.append(" " if match[0] in "\r\n" else match[0])
    return _runtime_words("".join(pieces)), text[end:]


def _runtime_words(line: str) -> list[str]:
    words: list[str] = []
    word, is_word, is_quoted = "", False, False
    for match in _runtime_parts(line):
        if match["space"] and not is_quoted:
            words += [word] if is_word else []
            word, is_word = "", False
            continue
        is_word = True
        if match["slashes"] is None:
            word += match[0]
            continue
        slashes, second = len(match["slashes"]), match["second"]
        word += "\\" * (slashes // 2)
        if slashes % 2:
            word += '"'
            is_quoted ^= bool(second)
        elif second:
            word += '"' if is_quoted else ""
        else:
            is_quoted = not is_quoted
    return [*words, word] if is_word else words
