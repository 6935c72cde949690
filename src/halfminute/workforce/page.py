"""A report as one HTML page that stands by itself: no script, no font, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from importlib.resources import files


def draw_page(title: str, subtitle: str, body: str) -> str:
    """The page; title and subtitle are plain words, the body is HTML.

    A number and its per cent sign stay in one line.
    """
    style = (files("halfminute.workforce") / "report_page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><h1>{escape(title)}</h1><p>{escape(subtitle)}</p></header>
{body}
</main>
</body>
</html>
""".replace(" %", "\u00a0%")
