"""The course: which figures its sources print, and what this machine measures.

Each tutorial has a notebook in ``notebooks/tutorials``, a module here with the figures that its
source prints and the functions that measure ours, and a file of measured figures in
``notebooks/results``. ``python -m dlwidgets.course`` writes the files.
"""
