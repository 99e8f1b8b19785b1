"""Why a signature is refused: base strings compared, wrong keys and usual mistakes found.

>>> signed = "GET&http%3A%2F%2Fa.example%2F&b%3Dc%2520d"
>>> [cause.summary for cause in compare(signed, "GET&http%3A%2F%2Fa.example%2F&b%3Dc%2Bd").causes]
['The provider has + for a space in b.']
"""

from __future__ import annotations

from .alignment import Row as Row, Span as Span
from .basestring import (
    BaseString as BaseString,
    find_base_string as find_base_string,
    parse_base_string as parse_base_string,
)
from .cause_names import CAUSES as CAUSES
from .causes import Cause as Cause
from .comparison import Comparison as Comparison, compare as compare
from .keys import (
    key_causes as key_causes,
    request_key_causes as request_key_causes,
    signature_causes as signature_causes,
)
from .refusal import explained as explained
from .response import Sent as Sent, explain_response as explain_response

__all__ = [
    "CAUSES",
    "BaseString",
    "Cause",
    "Comparison",
    "Row",
    "Sent",
    "Span",
    "compare",
    "explain_response",
    "explained",
    "find_base_string",
    "key_causes",
    "parse_base_string",
    "request_key_causes",
    "signature_causes",
]
