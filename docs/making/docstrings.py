"""Docstrings as pages: what they name is linked, and what says nothing is left out."""

from __future__ import annotations

from typing import Any

_OF_TUPLES = "Alias for field number"
_OURS = "oauth2"
_PLAIN = {"None"}


def leave_out_what_python_wrote(*event: Any) -> None:
    """Take away what a named tuple says of its fields, where nobody has said more."""
    lines = event[-1]
    if lines and lines[0].startswith(_OF_TUPLES):
        lines.clear()


def leave_out_arguments_of_protocols(*event: Any) -> tuple[str, None] | None:
    """Show no arguments of what nobody calls."""
    kind = event[3]
    return ("", None) if getattr(kind, "_is_protocol", False) else None


def resolve(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """Link a name that is documented at another path; show what another library has as it is.

    A docstring says `NonceStore` wherever it stands, and a signature has the path at which a
    class is defined. None leaves Sphinx to warn that the name leads nowhere.
    """
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    python = env.domains["py"]
    known = [
        name
        for name, entry in python.objects.items()
        if not entry.aliased and f".{name}".endswith(f".{target}")
    ]
    in_package = f"{_OURS}.{target}"
    found = in_package if in_package in known else known[0] if len(known) == 1 else None
    if found:
        node["reftarget"] = found
        source = node["refdoc"]
        kind, builder = node["reftype"], app.builder
        return python.resolve_xref(env, source, builder, kind, found, node, contnode)
    return None if known or not _is_of_others(node["reftype"], target) else contnode


def _is_of_others(kind: str, target: str) -> bool:
    """Tell a name of Python or of another library: one in a docstring has a dot."""
    first, dot, rest = target.partition(".")
    if first == _OURS:
        return rest.rpartition(".")[2] == "Self"
    return bool(dot) or target in _PLAIN or kind == "class"


def setup(app: Any) -> dict[str, bool]:
    """Be an extension of Sphinx."""
    app.connect("autodoc-process-docstring", leave_out_what_python_wrote)
    app.connect("autodoc-process-signature", leave_out_arguments_of_protocols)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
