"""How views follow a Run: one clone of the model, one scheduler, one time budget for all of them.

- `ModelSource` (`training/model_source.py`) is the model: a finished one, or the clone that all
  sources of a Run share. `use(look, "decoder")` hands out a part of it in place of the whole.
- `Follower` (`follower.py`) schedules one view. It refreshes the clone when there are new weights,
  calls `compute(model)` and then `draw(result)` on its thread, and reports errors. `show(source)`
  starts, `leave()` prepares for another source, `ask()` updates at once with the weights at hand
  (the user changed something), `delay(seconds)` lets a busy hand go first, `awake = False` costs
  nothing, `close()` ends it. Its `controls` (Hold, time budget, cost) go to the foot of the view.
- `Budget` (`budget.py`), one per Run: the share of a processor core, in percent, that all its
  views may use together. A choice in one is shown in all; `budget_of(run).choose(5.0)` sets it.
- `LiveView` (`view.py`) is the mixin of every such widget: `hold`, `busy` and `message`,
  `say(text)` and `say_error(error)`, and `close()`. Make `self.follower` and
  `self.message_line = MessageLine()` before `super().__init__`, and put `message_line` and
  `follower.controls` among the children.
- `compute` keeps all other views of the Run waiting, so it is short. Work that takes seconds
  clones the model in `compute` (`OwnClone.of(model)`) and is done in `draw`, with the clone. Where
  `source.cloned is False` there is no clone: `compute` pauses training, and slow work has to wait.
- What doesn't change with every step (a sample after each epoch) passes `news=`; a view that keeps
  a history while it is held passes `update_held=True`.
- `Moment` (`moment.py`), one per Run: the recorded step that all its views show; None for the
  present. `ChartCursors` (`cursor.py`) keeps a line in charts there. What keeps a history adds
  nothing to it while `follower.in_past`.
- `SharedPredictions` (`shared_predictions.py`) lets linked views share one prediction of all
  samples; `markers.py` turns what happened to a Run into markers of charts.
"""
