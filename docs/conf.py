"""How Sphinx builds the site (`make docs`): these pages, the Python interface, and the Coq library's index beside."""

from __future__ import annotations

project = "Warrant"
author = "The Warrant authors"
copyright = "2026, " + author
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_member_order = "groupwise"
html_theme = "furo"
html_title = "Warrant"
# the Coq library's pages are made by coqdoc
suppress_warnings = ["myst.xref_missing"]
