"""Views of the `dlwidgets.training` engine."""
