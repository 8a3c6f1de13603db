"""Widgets with a TypeScript half of the same name in ``labextension/src/views``."""
