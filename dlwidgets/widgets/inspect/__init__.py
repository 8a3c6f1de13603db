"""Views of the `dlwidgets.inspect` engine."""
