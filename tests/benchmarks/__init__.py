"""Benchmarks: ``python -m tests.benchmarks`` measures what the design sets budgets for."""
