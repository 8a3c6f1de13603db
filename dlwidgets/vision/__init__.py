"""Engines for pictures: what a network sees in them, and pictures made by it."""

from __future__ import annotations

__all__: list[str] = []
