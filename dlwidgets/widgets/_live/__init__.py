"""How a view follows a Run: weights, scheduling, and one time budget for all views."""
