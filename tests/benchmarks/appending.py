"""What one more point costs, in Python and in the page, when a chart holds ever more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.benchmarks.kernels import Kernel
from tests.benchmarks.page_scripts import WATCH_PAINTS
from tests.benchmarks.report import Budget, Result, median, single
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

    from tests.benchmarks.settings import Settings

GROUP = "appending"

# "Constant" with room for the noise of the machine: growth by the data would be a thousandfold.
_CONSTANT = Budget("at most", 1.5)
_POINTS = 100  # of one message: 1,000 steps/s
_PAGE_POINTS = 10  # few, so that a chart of 1,000 points stays one of about 1,000
_SNAPSHOT_SECONDS = 3


def measure(settings: Settings) -> list[Result]:
    """Append to charts of each size, in a kernel that has a client, and on a page of Voila."""
    return [*_in_python(settings), *_in_page(settings)]


def _in_python(settings: Settings) -> list[Result]:
    sizes = [1_000, 10_000, 100_000, 1_000_000]
    rounds, flushes = settings.choose((9, 60), (5, 30))
    with Kernel() as kernel:
        found = kernel.run(
            f"got = workloads.append_costs({sizes}, {rounds}, {flushes}, {_POINTS})", result="got"
        )
        kernel.run(
            f"fed = workloads.FedChart()\ndisplay(fed.chart)\nfed.fill({_POINTS})\n"
            "await asyncio.sleep(0.5)"
        )
        before = kernel.comm_bytes
        kernel.run(f"for _ in range(20):\n    fed.append({_POINTS})\n    fed.chart.flush()")
        sent = (kernel.comm_bytes - before) / (20 * _POINTS)
    note = f"messages of {_POINTS} points, {rounds} rounds of {flushes} messages, sizes in turn"
    results = [
        median(
            GROUP,
            f"Python: one point, {_exponent(size)} held",
            found[str(size)]["append"],
            "µs",
            note=note,
        )
        for size in sizes
    ]
    results += [
        median(
            GROUP,
            f"Python: snapshot, {_exponent(size)} held",
            found[str(size)]["snapshot"],
            "ms",
            note=f"a snapshot is taken every {_SNAPSHOT_SECONDS} s while data flows",
        )
        for size in (sizes[0], sizes[-1])
    ]
    per_point = {size: _with_snapshots(found[str(size)]) for size in sizes}
    results.append(
        median(
            GROUP,
            "Python: one point, 10⁶ against 10³ held",
            _ratios(found, sizes[-1], sizes[0]),
            "×",
            _CONSTANT,
        )
    )
    ratios = [
        many / few for many, few in zip(per_point[sizes[-1]], per_point[sizes[0]], strict=True)
    ]
    results.append(
        median(
            GROUP,
            "Python: with its share of snapshots at 1,000 steps/s, 10⁶ against 10³",
            ratios,
            "×",
            note="snapshots read the whole series, at most once in 3 s",
        )
    )
    results.append(
        single(
            GROUP,
            "bytes sent per point",
            sent,
            "B",
            note=f"16 B are the point itself; messages of {_POINTS} points with their headers",
        )
    )
    settings.say("Python side done")
    return results


def _ratios(found: dict[str, Any], many: int, few: int) -> list[float]:
    pairs = zip(found[str(many)]["append"], found[str(few)]["append"], strict=True)
    return [a / b for a, b in pairs]


def _with_snapshots(costs: dict[str, list[float]]) -> list[float]:
    """Microseconds per point, at 1,000 points per second."""
    share = _SNAPSHOT_SECONDS * 1000
    pairs = zip(costs["append"], costs["snapshot"], strict=True)
    return [append + snapshot * 1e3 / share for append, snapshot in pairs]


def _exponent(size: int) -> str:
    return f"10{str(len(str(size)) - 1).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


# -- the page ----------------------------------------------------------------------------------


def _in_page(settings: Settings) -> list[Result]:
    sizes = settings.choose([1_000, 10_000, 100_000, 1_000_000], [1_000, 100_000])
    messages = settings.choose(60, 40)
    folder = settings.scratch / "notebooks"
    notebook(
        folder / "feeder.ipynb",
        "from tests.benchmarks import workloads\n"
        f"feeder = workloads.Feeder({sizes}, {messages}, {_PAGE_POINTS})\nfeeder.view",
    )
    drawn: dict[int, list[float]] = {}
    unseen: dict[int, list[float]] = {}
    paints: dict[int, list[float]] = {}
    with (
        chromium() as browser,
        voila(folder, settings.scratch, "--no-preheat") as server,
        new_page(browser) as page,
    ):
        open_in_voila(page, server, "feeder.ipynb")
        page.wait_for_selector('.dlw-chart[data-ready="true"]')
        page.evaluate(WATCH_PAINTS)
        client = page.context.new_cdp_session(page)
        # The main thread's own processor time: what other programs do does not count.
        client.send("Performance.enable", {"timeDomain": "threadTicks"})
        for size in sizes:
            _press(page)
            _wait(page, f"filled {size}")
            page.wait_for_function(
                f"() => Number(document.querySelector('.dlw-chart').dataset.points) >= {size}"
            )
            page.wait_for_timeout(1500)
            page.evaluate("window.benchPaints.length = 0")
            drawn[size] = _cost_per_message(page, client, f"fed {size}")
            paints[size] = page.evaluate("window.benchPaints")
            page.locator(".bench-spacer").evaluate(
                "e => e.scrollIntoView({block: 'end', behavior: 'instant'})"
            )
            page.wait_for_timeout(500)
            unseen[size] = _cost_per_message(page, client, f"hidden {size}")
            page.locator(".bench-next").evaluate(
                "e => e.scrollIntoView({block: 'start', behavior: 'instant'})"
            )
            page.wait_for_timeout(500)
            settings.say(f"page with {size:,} points done")
    return _page_results(sizes, drawn, unseen, paints)


def _page_results(
    sizes: list[int],
    drawn: dict[int, list[float]],
    unseen: dict[int, list[float]],
    paints: dict[int, list[float]],
) -> list[Result]:
    note = (
        f"processor time of the page's main thread per message of {_PAGE_POINTS} points, ten a "
        "second, everything included: socket, decoding, keeping, drawing, layout"
    )
    results = [
        median(
            GROUP, f"page: one message, drawn, {_exponent(size)} held", drawn[size], "ms", note=note
        )
        for size in sizes
    ]
    results += [
        median(
            GROUP,
            f"page: one message, chart out of view, {_exponent(size)} held",
            unseen[size],
            "ms",
            note=note,
        )
        for size in sizes
    ]
    results += [
        median(GROUP, f"page: flush to paint, {_exponent(size)} held", paints[size], "ms")
        for size in sizes
    ]
    few, many = sizes[0], sizes[-1]
    for what, costs in (("drawn", drawn), ("chart out of view", unseen)):
        ratios = [a / b for a, b in zip(costs[many], costs[few], strict=False)]
        name = f"page: one message, {what}, {_exponent(many)} against {_exponent(few)} held"
        results.append(median(GROUP, name, ratios, "×", _CONSTANT))
    return results


def _cost_per_message(page: Page, client: CDPSession, done: str) -> list[float]:
    """Milliseconds of the main thread per message, for each stretch of two seconds."""
    _press(page)
    page.wait_for_timeout(300)
    costs: list[float] = []
    points, spent = _points(page), _spent(client)
    while True:
        page.wait_for_timeout(1900)
        now, later = _points(page), _spent(client)
        if _label(page) == done:
            break
        costs.append((later - spent) * 1e3 / ((now - points) / _PAGE_POINTS))
        points, spent = now, later
    return costs


def _spent(client: CDPSession) -> float:
    """Seconds that the main thread has worked so far."""
    metrics = client.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def _press(page: Page) -> None:
    page.locator(".bench-next").evaluate("e => e.click()")


def _label(page: Page) -> str:
    return page.locator(".bench-label").inner_text()


def _wait(page: Page, label: str) -> None:
    until(lambda: _label(page) == label, label, page=page)


def _points(page: Page) -> int:
    return int(page.locator(".dlw-chart").get_attribute("data-points") or 0)
