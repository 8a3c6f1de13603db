"""Pages: a form, a run, and linked views of it."""
