"""What is wrong with a training run, judged by its curves, its data and its model's insides.

Plain functions on arrays: `data_facts` looks at the data once, `inside_facts` at the model on
demand, and `diagnose` puts them together with the losses of the steps and epochs.
"""

from __future__ import annotations

from dlwidgets.inspect.diagnosis.diagnosing import diagnose
from dlwidgets.inspect.diagnosis.facts import Curves, DataFacts, InsideFacts, Setup
from dlwidgets.inspect.diagnosis.findings import KINDS, Diagnosis, Finding, Kind, Remedy
from dlwidgets.inspect.diagnosis.looking_at_data import data_facts
from dlwidgets.inspect.diagnosis.looking_inside import inside_facts

__all__ = [
    "KINDS",
    "Curves",
    "DataFacts",
    "Diagnosis",
    "Finding",
    "InsideFacts",
    "Kind",
    "Remedy",
    "Setup",
    "data_facts",
    "diagnose",
    "inside_facts",
]
