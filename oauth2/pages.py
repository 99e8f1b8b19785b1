"""How pages for a user look, whoever serves them."""

from __future__ import annotations

__all__ = ["STYLE", "message_page"]

STYLE = """
  :root { color-scheme: light dark; --edge: #d4d4d8; --quiet: #63636e; --strong: #1d5fd1;
    --card: #fff; --back: #f3f4f6; }
  @media (prefers-color-scheme: dark) {
    :root { --edge: #3c3f46; --quiet: #a5a7b0; --strong: #6ea2ff;
      --card: #1d1f24; --back: #121316; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; padding: 1.5rem; display: grid; place-items: center;
    background: var(--back); font: 1rem/1.5 system-ui, sans-serif; }
  main { width: 100%; max-width: 30rem; padding: 2rem; background: var(--card);
    border: 1px solid var(--edge); border-radius: .75rem; overflow-wrap: anywhere; }
  h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; }
  main > p:last-child { margin-bottom: 0; }
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{content}</p>
</main>
</body>
</html>
"""


def message_page(title: str, content: str) -> str:
    """Return a page with a heading and a paragraph, both of them HTML."""
    return _PAGE.format(title=title, style=STYLE, content=content)
