"""Views of the `dlwidgets.generate` engine."""
