"""Widgets of the tutorials: questions, trials, and figures beside those of the source."""
