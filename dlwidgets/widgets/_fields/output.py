"""Menus of the outputs of a model, and of the labels of an output."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.inspect.choosing import choose
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import own_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.inspect.choosing import Choice, Targets
    from dlwidgets.widgets._core.change import Change


class OutputField(ipywidgets.Dropdown):
    """A menu of a model's outputs, hidden while there are fewer than two.

    Args:
        choose: Receives the name of the output that the user selects.
        description: Beside the menu.
        tooltip: What the menu is for.
    """

    options: Any

    def __init__(
        self,
        choose: Callable[[str], None],
        description: str = tr("Output"),
        tooltip: str = tr("Which of the model's outputs is shown."),
    ) -> None:
        super().__init__(
            description=description,
            options=[],
            tooltip=tooltip,
            style={"description_width": "initial"},
            layout={"width": "auto", "display": "none"},
        )
        self._choose = choose
        self._quiet = SignalBlocker()
        self.observe(self._chosen, "value")

    def offer(self, outputs: Sequence[str], shown: str) -> None:
        """List outputs.

        Args:
            outputs: Their names.
            shown: The one that is shown; "" for none yet.
        """
        with self._quiet:
            options = [(own_name(name), name) for name in outputs]
            if list(self.options) != options:
                self.options = options
            self.value = shown if shown in outputs else None
        self.layout.display = None if len(outputs) > 1 else "none"

    def _chosen(self, change: Change[str | None]) -> None:
        if not self._quiet and change["new"] is not None:
            self._choose(change["new"])


class LabelField(OutputField):
    """A menu of the labels of an output whose samples can have several at once; else hidden.

    Args:
        choose: Receives the name of the label that the user selects.
    """

    def __init__(self, choose: Callable[[str], None]) -> None:
        super().__init__(
            choose,
            tr("Label"),
            tr("Which label is judged: a sample can have several, and each is right or wrong."),
        )


class ShowsOneOutput:
    """Mixin for views that show one of a model's outputs. A view sets `output_field` itself.

    Attributes:
        output_field: The menu of the outputs.
    """

    output_field: OutputField
    _wanted: str | int | None = None

    @property
    def output(self) -> str:
        """The name of the output that is shown, "" before the first results; settable."""
        return str(self.output_field.value or "")

    @output.setter
    def output(self, name: str | int) -> None:
        self._choose(name)

    def _choose(self, output: str | int) -> None:
        """Show another output, by its name or index."""
        self._wanted = output
        self._output_chosen()

    @abstractmethod
    def _output_chosen(self) -> None:
        """Update the view: another output was chosen."""

    def _choice(self, model: KerasModel, targets: Targets) -> Choice:
        """Return which output is shown, and offer the others."""
        choice = choose(model, targets, self._wanted)
        self.output_field.offer(choice.outputs, choice.output.name)
        return choice
