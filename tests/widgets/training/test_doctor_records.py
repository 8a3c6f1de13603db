"""What a diagnosis looks like on the page."""

from __future__ import annotations

from dlwidgets.inspect.diagnosis import Diagnosis, Finding
from dlwidgets.training import Events, Recorder
from dlwidgets.widgets.training._doctor_records import headline_of, records_of


def test_epochs_are_counted_as_in_the_title() -> None:
    finding = Finding("overfitting", "Overfitting since epoch 11", "", "", steps=(50, 300))
    recorder = Recorder(Events())
    recorder.steps_per_epoch = 50
    (record,) = records_of(Diagnosis((finding,), initial_epoch=10), recorder, lambda _: "")
    assert record["where"] == "Epochs 11 to 16"


def test_nothing_unusual_is_said_of_what_was_looked_at() -> None:
    def line(unchecked: str) -> str:
        text, tone = headline_of(Diagnosis(), begun=True, ended=True, unchecked=unchecked)
        assert tone == "fine"
        return str(text)

    assert line("") == "Doctor: nothing unusual"
    assert line("layers") == "Doctor: nothing unusual. The layers can't be checked here."
    assert "Data and layers can't be checked" in line("data")
