"""Trainings that are broken in a known way, and healthy ones."""
