"""Markdown of notebooks in another language."""

from dlwidgets.cli.prose import paragraphs, translate_markdown

SOURCE = """\
# Train a network

A network *learns*.

1. **One.** First.
2. **Two.** Second.
- a `list`

| a | b |
|---|---|

```python
run = dl.fit(model)  # stays as it is
```

> Quoted
"""


def test_paragraphs_have_no_markers_and_no_code() -> None:
    assert paragraphs(SOURCE) == [
        "Train a network",
        "A network *learns*.",
        "**One.** First.",
        "**Two.** Second.",
        "a `list`",
        "| a | b |",
        "Quoted",
    ]


def test_the_structure_stays() -> None:
    assert translate_markdown(SOURCE, lambda text: text) == SOURCE
    loud = translate_markdown(SOURCE, str.upper)
    assert "# TRAIN A NETWORK\n\nA NETWORK *LEARNS*.\n\n1. **ONE.** FIRST.\n" in loud
    assert "run = dl.fit(model)  # stays as it is" in loud
    assert "|---|---|" in loud
    assert "\n> QUOTED\n" in loud
