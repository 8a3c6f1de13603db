"""From the hand to the screen: how soon a concept widget answers, in a page without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dlwidgets as dl
from tests.benchmarks.report import Budget, Result, percentile
from tests.benchmarks.servers import chromium, new_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets.concepts._concept import Concept
    from tests.benchmarks.settings import Settings

GROUP = "concepts"

_FRAME = Budget("at most", 16.0)  # ms

CASES: dict[str, tuple[Callable[[], Concept], str]] = {
    "convolution, a number of the kernel": (
        dl.concepts.convolution,
        """(i) => {
          const cell = document.querySelector("input.dlw-number");
          const key = i % 2 ? "ArrowDown" : "ArrowUp";
          cell.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "convolution, the window over the output": (
        dl.concepts.convolution,
        """(i) => {
          const pane = [...document.querySelectorAll(".dlw-pane-surface")].at(-1);
          const box = pane.getBoundingClientRect();
          const [clientX, clientY] = [box.left + 9 + i % 200, box.top + 99];
          pane.dispatchEvent(new PointerEvent("pointermove", {pointerId: 7, clientX, clientY}));
        }""",
    ),
    "gradient descent, the start dragged": (
        dl.concepts.gradient_descent,
        """(i) => {
          const plot = document.querySelector(".dlw-descent-surface");
          const box = plot.getBoundingClientRect();
          const clientX = box.left + box.width * (0.5 + 0.4 * Math.cos(i / 9));
          const clientY = box.top + box.height * (0.5 + 0.4 * Math.sin(i / 7));
          plot.hasPointerCapture = () => true;
          plot.dispatchEvent(new PointerEvent("pointermove", {pointerId: 7, clientX, clientY}));
        }""",
    ),
    "pooling, the digit shifted": (
        dl.concepts.pooling,
        """(i) => {
          const pane = document.querySelectorAll(".dlw-pane-surface")[1];
          const key = i % 2 ? "ArrowLeft" : "ArrowRight";
          pane.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "splits, the row": (
        dl.concepts.splits,
        """(i) => {
          const pane = [...document.querySelectorAll(".dlw-splits-surface")].at(-1);
          const key = i % 10 < 5 ? "ArrowDown" : "ArrowUp";
          pane.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "capacity, a point dragged": (
        dl.concepts.capacity,
        """(i) => {
          const plane = document.querySelector(".dlw-capacity-surface");
          const key = i % 20 < 10 ? "ArrowUp" : "ArrowDown";
          plane.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "metrics, the threshold": (
        dl.concepts.metrics,
        """(i) => {
          const pane = document.querySelector(".dlw-metrics-scores");
          const key = i % 60 < 30 ? "ArrowLeft" : "ArrowRight";
          pane.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "receptive field, a unit pointed at": (
        dl.concepts.receptive_field,
        """(i) => {
          const cut = document.querySelector(".dlw-receptive-surface");
          const box = cut.getBoundingClientRect();
          const [clientX, clientY] = [box.left + 150 + i % 150, box.top + 25 + (i % 5) * 46];
          cut.dispatchEvent(new PointerEvent("pointermove", {pointerId: 7, clientX, clientY}));
        }""",
    ),
    "adversarial examples, the size": (
        dl.concepts.adversarial,
        """(i) => {
          const chart = document.querySelector(".dlw-adversarial-curve");
          const key = i % 60 < 30 ? "ArrowRight" : "ArrowLeft";
          chart.dispatchEvent(new KeyboardEvent("keydown", {key, shiftKey: true}));
        }""",
    ),
    "connections, a line pointed at": (
        lambda: dl.concepts.connections(shape=(6, 6, 1), filters=2),
        """(i) => {
          const lines = document.querySelector(".dlw-connections-surface canvas");
          const box = lines.getBoundingClientRect();
          const [clientX, clientY] = [box.left + 60 + i % 150, box.top + 60 + i % 40];
          lines.dispatchEvent(new PointerEvent("pointermove", {bubbles: true, clientX, clientY}));
        }""",
    ),
    "clock, a hand turned": (
        dl.concepts.clock,
        """(i) => {
          const dial = document.querySelector(".dlw-clock-dial");
          dial.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
        }""",
    ),
    "reparameterization, the mean dragged": (
        dl.concepts.reparameterization,
        """(i) => {
          const plane = document.querySelector(".dlw-reparam-surface");
          const key = i % 40 < 20 ? "ArrowLeft" : "ArrowRight";
          plane.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "gradient descent, the learning rate": (
        dl.concepts.gradient_descent,
        """(i) => {
          const slider = document.querySelector('[data-part="learning_rate"] input');
          slider.value = String(-1.4 + 0.3 * Math.sin(i / 9));
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "vectors, the matrix turned": (
        dl.concepts.vectors,
        """(i) => {
          const slider = document.querySelector('[data-part="rotate"] input');
          slider.value = String((i * 7) % 180);
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "activation functions, the point dragged": (
        dl.concepts.activation_functions,
        """(i) => {
          const plane = document.querySelector(".dlw-activation-surface");
          const box = plane.getBoundingClientRect();
          const clientX = box.left + box.width * (0.5 + 0.4 * Math.cos(i / 9));
          plane.hasPointerCapture = () => true;
          const at = {pointerId: 7, clientX, clientY: box.top + 9};
          plane.dispatchEvent(new PointerEvent("pointermove", at));
        }""",
    ),
    "backpropagation, a weight": (
        dl.concepts.backpropagation,
        """(i) => {
          const cell = document.querySelector("input.dlw-backprop-w");
          const key = i % 40 < 20 ? "ArrowDown" : "ArrowUp";
          cell.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "tensors, a slice of the digits": (
        dl.concepts.tensors,
        """(i) => {
          const slider = document.querySelectorAll('.dlw-tensors-axis-row input')[3];
          slider.value = String(i % 20);
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "unfolding, the slider between layers": (
        dl.concepts.unfolding,
        """(i) => {
          const slider = document.querySelector('[data-part="layer"] input');
          slider.value = String(0.5 + 0.4 * Math.sin(i / 9));
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "playground, a weight of the network": (
        dl.concepts.playground,
        """(i) => {
          const cell = document.querySelector(".dlw-play-unit input.dlw-number");
          const key = i % 2 ? "ArrowDown" : "ArrowUp";
          cell.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "playground, an epoch of training": (
        dl.concepts.playground,
        """() => document.querySelector('[aria-label="Step"]').click()""",
    ),
    "augmentation, the rotation range": (
        dl.concepts.augmentation,
        """(i) => {
          const slider = document.querySelector('[data-part="rotation"] input');
          slider.value = String(40 + Math.round(30 * Math.sin(i / 9)));
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "recurrent, the recurrent weights": (
        dl.concepts.recurrent,
        """(i) => {
          const slider = document.querySelector('[data-part="gain"] input');
          slider.value = String(1 + 0.05 * Math.round(10 * Math.sin(i / 9)));
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "temperature, the temperature": (
        dl.concepts.temperature,
        """(i) => {
          const slider = document.querySelector('[data-part="temperature"] input');
          slider.value = String(0.2 + (i % 50) / 20);
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "Gram matrix, the share that is shuffled": (
        dl.concepts.gram_matrix,
        """(i) => {
          const slider = document.querySelector('[data-part="share"] input');
          slider.value = String((i % 50) / 50);
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "workflow, a logit": (
        dl.concepts.workflow,
        """(i) => {
          const slider = document.querySelector(".dlw-workflow-logit input");
          slider.value = String(5 * Math.sin(i / 9));
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "text to vectors, a sentence typed": (
        dl.concepts.text_to_vectors,
        """(i) => {
          const area = document.querySelector('[data-part="text"] textarea');
          area.value = "the cat sat on the mat ".repeat(1 + (i % 8)) + i;
          area.dispatchEvent(new Event("input"));
        }""",
    ),
    "embeddings, the training": (
        dl.concepts.embeddings,
        """(i) => {
          const time = document.querySelector('[data-part="moment"] input');
          time.value = (i % 50) / 50;
          time.dispatchEvent(new Event("input"));
        }""",
    ),
    "dropout, a unit dropped": (
        dl.concepts.dropout,
        """(i) => document.querySelectorAll(".dlw-dropout-cell")[i % 16].click()""",
    ),
    "batches, the progress of 60,000 samples": (
        lambda: dl.concepts.batches(60_000, 128, 5),
        """(i) => {
          const track = document.querySelector(".dlw-batches-track");
          const key = i % 40 < 20 ? "ArrowRight" : "ArrowLeft";
          track.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "batch normalization, the layer that is marked": (
        dl.concepts.batch_normalization,
        """(i) => {
          const pane = document.querySelector(".dlw-bn-surface");
          const key = i % 4 < 2 ? "ArrowRight" : "ArrowLeft";
          pane.dispatchEvent(new KeyboardEvent("keydown", {key}));
        }""",
    ),
    "initialization, the scale": (
        dl.concepts.initialization,
        """(i) => {
          const slider = document.querySelector('[data-part="scale"] input');
          slider.value = String(Math.sin(i / 9));
          slider.dispatchEvent(new Event("input"));
        }""",
    ),
    "one neuron, the ball dragged": (
        dl.concepts.one_neuron,
        """(i) => {
          const plot = document.querySelectorAll(".dlw-neuron-canvas")[1];
          const box = plot.getBoundingClientRect();
          const clientX = box.left + box.width * (0.5 + 0.4 * Math.cos(i / 9));
          const clientY = box.top + box.height * (0.5 + 0.4 * Math.sin(i / 7));
          plot.hasPointerCapture = () => true;
          plot.dispatchEvent(new PointerEvent("pointermove", {pointerId: 7, clientX, clientY}));
        }""",
    ),
}
"""What the user does, by name: the widget, and the deed number `i` in the page."""

# The work of the deed itself and of the frame that shows it, until that is painted. How long the
# display waits between the two, up to a frame of 16.7 ms, isn't ours: it is reported beside.
_MEASURE = """async ([deed, times]) => {
  const act = eval(deed), found = [];
  for (let i = 0; i < times + 10; i += 1) {
    await new Promise((done) => setTimeout(done, 25));
    let frame = 0;  // asked for before the widget asks, so that it begins before the widget draws
    requestAnimationFrame(() => { frame = performance.now(); });
    const begun = performance.now();
    act(i);
    const spent = performance.now() - begun;
    const painted = await new Promise((done) => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now());
      channel.port2.postMessage(null);
    }));
    if (i >= 10) found.push([spent + painted - frame, painted - begun]);
  }
  return found;
}"""


def measure(settings: Settings) -> list[Result]:
    """Do each deed many times."""
    found: list[Result] = []
    with chromium() as browser:
        for name, (make, deed) in CASES.items():
            file = make().save_html(settings.scratch / "concept.html")
            with new_page(browser) as tab:
                tab.goto(file.as_uri())
                tab.wait_for_selector("[data-ready]")
                tab.get_by_role("button", name="Pause").click()
                times: list[tuple[float, float]] = tab.evaluate(
                    _MEASURE, [deed, settings.choose(300, 60)]
                )
            work, painted = zip(*times, strict=True)
            found.append(percentile(GROUP, name, work, 95, "ms", _FRAME))
            waited = percentile(GROUP, f"{name}, with the wait for the display", painted, 95, "ms")
            found.append(waited)
            settings.say(f"{name}: {found[-2].value:.1f} ms, on the screen {waited.value:.1f} ms")
    return found
