"""What a user pastes after a provider was visited: an address, pairs of it, or a verifier."""

from __future__ import annotations

import re

from ..parameters import decode_pairs

__all__ = ["pasted_answer"]

_QUOTES = "\"'<>"
_VERIFIER = "oauth_verifier"
_NAMES = {_VERIFIER, "oauth_token", "oauth_problem", "denied", "error"}
_is_address = re.compile(r"https?://", re.I).match


def pasted_answer(text: str) -> dict[str, str]:
    """Return it as `Flow.fetch_access_token` takes it: as ``redirect_url`` or as ``verifier``.

    Pairs are as good as the address of which they are a part. A pair of the verifier alone is
    the verifier: nothing else was copied that could be compared.

    >>> pasted_answer("oauth_verifier=1234&oauth_token=t")
    {'redirect_url': '?oauth_verifier=1234&oauth_token=t'}
    >>> pasted_answer("oauth_verifier=1234"), pasted_answer("1234")
    ({'verifier': '1234'}, {'verifier': '1234'})
    """
    text = text.strip().strip(_QUOTES).strip()
    if _is_address(text):
        return {"redirect_url": text}
    query = "&".join(text.rpartition("?")[2].split())
    pairs = dict(decode_pairs(query))
    known = _NAMES & pairs.keys()
    if not known:
        return {"verifier": text}
    return {"verifier": pairs[_VERIFIER]} if known == {_VERIFIER} else {"redirect_url": f"?{query}"}
