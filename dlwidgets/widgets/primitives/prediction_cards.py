"""One page of samples with their predictions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from traitlets import Bool, Dict, Enum, Float, Int, Unicode

from dlwidgets.inspect.browsing import Filter, Order
from dlwidgets.widgets._core.pixels import COLORMAPS
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View, finite_number

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS: tuple[Order, ...] = get_args(Order)
PAGE_SIZES = (12, 24, 48, 96)

_OVER_SECONDS = 15.0
"""How long the page's word holds that the user points at the cards: it may be gone."""


class PredictionCards(View):
    """A page of cards with image, predicted class, confidence, true class, and a bar per class.

    The browser requests a page and receives its cards; it holds no others.

    Attributes:
        cards: The cards of the current page.
        detail: The selected sample, larger.
        page: Number of the page, from 0.
        order: Sort order of the samples.
        wrong_only: Whether only wrong predictions are listed.
        true_class: The class that is listed; -1 for all.
        predicted_class: The predicted class that is listed; -1 for all.
        low: The lowest confidence that is listed.
        high: The highest confidence that is listed.
    """

    _model_name = Unicode("PredictionCardsModel").tag(sync=True)
    _view_name = Unicode("PredictionCardsView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"browse", "pick", "over"})

    cards = Dict().tag(sync=True)
    detail = Dict().tag(sync=True)
    class_names = Texts()
    total = Int(0).tag(sync=True)
    pages = Int(0).tag(sync=True)
    page = Int(0).tag(sync=True)
    page_size = Int(24).tag(sync=True)
    index = Int(-1).tag(sync=True)
    wrong_only = Bool(False).tag(sync=True)
    true_class = Int(-1).tag(sync=True)
    predicted_class = Int(-1).tag(sync=True)
    low = Float(0.0).tag(sync=True)
    high = Float(1.0).tag(sync=True)
    order = Enum(list(ORDERS), default_value="loss").tag(sync=True)
    summary = Text()
    notice = Text()
    title = Text()
    colormap = Enum(list(COLORMAPS), default_value="gray").tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._request_listeners: list[Callable[[int, str], None]] = []
        self._pick_listeners: list[Callable[[int], None]] = []
        self._leave_listeners: list[Callable[[], None]] = []
        self._over_until = 0.0
        super().__init__(**kwargs)

    def on_request(self, listener: Callable[[int, str], None]) -> None:
        """Call `listener(asked, select)` when the user requests other cards.

        Args:
            listener: Receives the number of the request, and `"first"` or `"last"` if that card of
                the page is to be selected, otherwise "".
        """
        self._request_listeners.append(listener)

    def on_pick(self, listener: Callable[[int], None]) -> None:
        """Call `listener(index)` when the user selects a sample; -1 for none."""
        self._pick_listeners.append(listener)

    def on_leave(self, listener: Callable[[], None]) -> None:
        """Call `listener()` when the user no longer points at the cards, so that they may move."""
        self._leave_listeners.append(listener)

    @property
    def pointed_at(self) -> bool:
        """Whether the user points at the cards, so that none must move."""
        return time.monotonic() < self._over_until

    @property
    def filter(self) -> Filter:
        """The filter that the user has set."""
        return Filter(self.wrong_only, self.true_class, self.predicted_class, self.low, self.high)

    def clamp(self) -> None:
        """Clip the filter and the page size to valid values."""
        last = len(self.class_names) - 1
        self.true_class = max(-1, min(last, self.true_class))
        self.predicted_class = max(-1, min(last, self.predicted_class))
        self.low = max(0.0, min(1.0, self.low))
        self.high = max(self.low, min(1.0, self.high))
        if self.page_size not in PAGE_SIZES:
            self.page_size = min(PAGE_SIZES, key=lambda size: abs(size - self.page_size))

    def _on_browse(self, content: dict[str, Any]) -> None:
        with self.hold_sync():
            if isinstance(content.get("wrong_only"), bool):
                self.wrong_only = content["wrong_only"]
            if content.get("order") in ORDERS:
                self.order = content["order"]
            for name in ("page", "page_size", "true_class", "predicted_class"):
                value = finite_number(content, name)
                if value is not None:
                    setattr(self, name, int(max(-1, min(2**31, value))))
            for name in ("low", "high"):
                value = finite_number(content, name)
                if value is not None:
                    setattr(self, name, max(0.0, min(1.0, value)))
            self.clamp()
        asked = finite_number(content, "asked")
        select = content.get("select")
        for listener in self._request_listeners:
            listener(
                int(asked) if asked is not None else 0,
                select if select in ("first", "last") else "",
            )

    def _on_over(self, content: dict[str, Any]) -> None:
        over = content.get("over") is True
        self._over_until = time.monotonic() + _OVER_SECONDS if over else 0.0
        if not over:
            for listener in self._leave_listeners:
                listener()

    def _on_pick(self, content: dict[str, Any]) -> None:
        index = finite_number(content, "index")
        if index is None:
            return
        for listener in self._pick_listeners:
            listener(int(max(-1, min(2**53, index))))
