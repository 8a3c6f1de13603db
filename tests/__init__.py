"""The tests; a package, so that no installed package of the name `tests` hides it."""
