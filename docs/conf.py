"""The site, by Sphinx: built offline, and nothing that a page shows is loaded from elsewhere."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "making"))

project = "oauth2"
author = "The oauth2 maintainers"
project_copyright = "2026, the oauth2 maintainers"
release = version = version_of("oauth2")

# made_pages writes the pages that are made of data, before the others are read.
extensions = ["made_pages", "myst_parser", "sphinx.ext.autodoc", "docstrings", "sphinx_design"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
# Quotes are mostly of values, such as realm="".
smartquotes = False
exclude_patterns = ["_build"]
nitpicky = True

# The reference: what a program imports, at the path by which it does.
autoclass_content = "both"
autodoc_member_order = "bysource"
autodoc_mock_imports = [name for name in ("httpx2",) if not find_spec(name)]  # it needs 3.11
autodoc_preserve_defaults = True
default_role = "py:obj"
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True

html_theme = "furo"
pygments_dark_style = "a11y-dark"  # furo's underlines the names of modules, as if they were links
html_title = f"oauth2 {release}"
html_show_sourcelink = False
html_copy_source = False


def show_own_branch(app: Any, page: str, template: str, context: dict[str, Any], _: Any) -> None:
    """Have the sidebar list the pages of the section that is open, and not of all others, too.

    Each page would otherwise hold a link to each, which took more time than all else.
    """
    toctree = context["toctree"]
    context["toctree"] = lambda **options: toctree(**{**options, "collapse": True})


def setup(app: Any) -> None:
    """Do so before furo makes the sidebar."""
    app.connect("html-page-context", show_own_branch, priority=400)
