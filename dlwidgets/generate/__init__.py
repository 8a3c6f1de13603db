"""Engines that make something new with a trained model: text, images from a latent space."""

from __future__ import annotations

__all__: list[str] = []
