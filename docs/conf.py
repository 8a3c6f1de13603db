"""Sphinx builds the documentation site from this folder, the docstrings and the notebooks.

``make docs`` runs it; every warning is an error.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

import tutorials  # noqa: E402

import dlwidgets  # noqa: E402

project = "dlwidgets"
copyright = "the dlwidgets developers"  # noqa: A001
version = release = dlwidgets.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_design",
    "myst_nb",
    "public_api",
    "live_run",
    "concepts",
]
exclude_patterns = ["_build", "images/README.md"]

# The site needs nothing from outside itself, so that it can be read without a network.
html_theme = "pydata_sphinx_theme"
html_title = "dlwidgets"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_prev_next": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": {
        "api/*": ["page-toc"],
        "tutorials/*": ["page-toc"],
        "[!itaw]*": ["page-toc"],
        "architecture": ["page-toc"],
    },
    "pygments_light_style": "friendly",
    "pygments_dark_style": "monokai",
    "back_to_top_button": False,
}
html_sidebars = {"index": [], "getting-started": [], "changelog": [], "glossary-zh": []}

# Notebooks are lessons with live widgets. They are shown, not run.
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
tutorials.copy(
    [DOCS.parent / "notebooks" / folder for folder in ("dashboards", "tutorials")],
    DOCS / "tutorials",
    DOCS / "images",
)

# Docstrings are in Google style; a name in single backticks is a link if there is such an object.
default_role = "py:obj"
add_module_names = True
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 88
