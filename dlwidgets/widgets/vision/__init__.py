"""Views of the `dlwidgets.vision` engine."""
