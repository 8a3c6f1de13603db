"""Plumbing under every widget: view base class, ticker, workers, closing."""
