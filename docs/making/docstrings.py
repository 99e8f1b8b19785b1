"""Docstrings as pages: what they name is linked, and what says nothing is left out."""

from __future__ import annotations

import re
from typing import Any

from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

_OF_TUPLES = "Alias for field number"
_OURS = "oauth2"
_OF_OBJECTS = ("attribute", "property")  # a word may be a name of these
# What a default is, where a signature has the name of a private constant.
_DEFAULTS = {
    "_ADDRESS": "'127.0.0.1'",
    "_HMAC_SHA1": "SignatureMethod_HMAC_SHA1()",
    "_NONE": "{}",
    "_NO_QUIRKS": "Quirks()",
    "_UNSET": "MemoryNonces()",
}
_private_default = re.compile(r"(?<== )_[A-Z_0-9]+\b")


def leave_out_what_python_wrote(*event: Any) -> None:
    """Take away what a named tuple says of its fields, where nobody has said more."""
    lines = event[-1]
    if lines and lines[0].startswith(_OF_TUPLES):
        lines.clear()


def show_arguments(*event: Any) -> tuple[str, str | None] | None:
    """Show what a default is; and no arguments of a protocol, which nobody calls."""
    kind, signature, returned = event[3], event[5], event[6]
    if signature is None:
        return None
    if getattr(kind, "_is_protocol", False):
        return "", returned
    return _private_default.sub(lambda name: _DEFAULTS[name[0]], signature), returned


class FindNames(SphinxPostTransform):
    """Links a name that is documented at another path.

    A docstring says `NonceStore` wherever it stands, and a signature has the path at which a
    class is defined.
    """

    default_priority = 5  # before references are resolved

    def run(self, **_: Any) -> None:
        """Go through all names of Python on a page."""
        for node in self.document.findall(pending_xref):
            if node.get("refdomain") == "py":
                self._find(node)

    def _find(self, node: pending_xref) -> None:
        target, module = node["reftarget"], node.get("py:module")
        known = [
            name
            for name, entry in self.env.domains["py"].data["objects"].items()
            if not entry.aliased and ("." in target or entry.objtype not in _OF_OBJECTS)
        ]
        within = [module, f"{module}.{node.get('py:class')}"]
        if any(f"{place}.{target}" in known for place in within):
            return
        in_package = f"{_OURS}.{target}"
        same = [name for name in known if f".{name}".endswith(f".{target}")]
        found = in_package if in_package in same else same[0] if len(same) == 1 else None
        if found:
            node["reftarget"], node["reftype"] = found, "obj"


def leave_to_others(_: Any, __: Any, node: Any, shown: Any) -> Any:
    """Show a name of Python or of another library as it is: in a docstring, one has a dot.

    Any other leads nowhere, of which Sphinx warns.
    """
    if node.get("refdomain") != "py":
        return None
    target, kind = node["reftarget"], node["reftype"]
    first, dot, rest = target.partition(".")
    if first == _OURS:
        return shown if rest.endswith(".Self") else None
    return shown if dot or target == "None" or kind == "class" else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Be an extension of Sphinx."""
    app.connect("autodoc-process-docstring", leave_out_what_python_wrote)
    app.connect("autodoc-process-signature", show_arguments)
    app.add_post_transform(FindNames)
    app.connect("missing-reference", leave_to_others)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
