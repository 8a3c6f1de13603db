"""The question after a reload: what the run goes on from, and what the answers do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.recording.run_folder import RunFolder
from dlwidgets.widgets.dashboards._go_on import GoOnQuestion
from dlwidgets.widgets.dashboards._recording import Going
from tests.helpers.run_folders import MadeRun
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


def test_it_names_the_step_of_the_last_state_on_the_disk(tmp_path: Path) -> None:
    made = MadeRun(tmp_path, "mine").train(2)
    assert made.writer.sync(30)
    (run,) = RunFolder(tmp_path)
    answers: list[Any] = []
    question = GoOnQuestion(answers.append, lambda: answers.append("new"))
    question.ask(Going(run))
    assert "Resume the run that was here?" in question.text.value
    assert "mine: from the beginning" in question.text.value

    # The kernel of the page that was reloaded ends at this moment.
    made.writer.resume_state({"w": np.zeros(2)}, {"step": 30, "epoch": 1})
    made.end("stopped")
    until(lambda: "mine: from step 30, in epoch 2 of 5." in question.text.value, "the state")
    question.yes.click()
    assert answers == [Going(run)]

    for state in (made.path / "resume").iterdir():
        state.unlink()
    question.ask(Going(run))
    assert "from the beginning" in question.text.value
    question.yes.click()
    assert answers[1:] == ["new"]
    question.close()
