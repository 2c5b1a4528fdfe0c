"""Shows a finished HTML report to Chromium, on a phone and on a desk, with no network: ``make browser``.

Not one of ``make test``'s tests, for which no browser is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.chromium import Browser, find

SIZES = {"phone": (390, 844), "desk": (1300, 900)}
NTH = "document.querySelectorAll('.drawing')[{}]"
SHOW = NTH + ".scrollIntoView({{behavior: 'instant', block: 'center'}})"
MIDDLE = """(() => {{
  const boxes = {chart}.querySelectorAll('.tips_marks path');
  const box = boxes[boxes.length >> 1].getBoundingClientRect();
  return [Math.min(box.x + box.width / 2, innerWidth - 20), box.y + box.height / 2];
}})()"""

INSIDE = """(() => {
  const box = document.getElementById('proof').getBoundingClientRect();
  return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
})()"""


def check(browser: Browser, page: Path, size: str) -> list[str]:
    """What is wrong with the page in a window of this size."""
    faults = []
    browser.open(page, *SIZES[size])
    charts = browser.evaluate("document.querySelectorAll('.drawing').length")
    if not charts:
        faults.append("no charts")
    for i in range(charts):
        browser.evaluate(SHOW.format(i))
        try:
            browser.wait(f"{NTH.format(i)}.querySelector('.live svg')")
            browser.point(*browser.evaluate(MIDDLE.format(chart=NTH.format(i))))
            browser.wait("!document.getElementById('tip').hidden")
        except TimeoutError as error:
            faults.append(f"chart {i + 1}: {error} does not come true")
        browser.point(1, 1)
    faults += figures(browser)
    shown, width = browser.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if shown > width:
        faults.append(f"{shown} px wide in a window of {width} px")
    faults += [f"asked for {url}" for url in browser.requests if not url.startswith(("file:", "data:"))]
    faults += browser.errors
    print(f"{size}: {charts} charts, {len(faults)} faults")
    return [f"{size}: {fault}" for fault in faults]


def figures(browser: Browser) -> list[str]:
    """What is wrong with the panel that a figure opens: by the keyboard, inside the window, closed by Escape."""
    count = browser.evaluate("document.querySelectorAll('data[role=button]').length")
    if not count:
        return ["no figure can be asked"]
    browser.evaluate("window.figure = document.querySelector('td.num data[role=button][data-ref^=\"gmv@\"]')")
    browser.evaluate("window.figure.scrollIntoView({behavior: 'instant', block: 'center'})")
    browser.evaluate("window.figure.focus()")
    for key in ("Enter", "Escape"):
        browser.call("Input.dispatchKeyEvent", type="keyDown", key=key, text="\r" if key == "Enter" else "")
        is_open = browser.evaluate("!document.getElementById('proof').hidden")
        if is_open != (key == "Enter"):
            return [f"{key} leaves the panel {'open' if is_open else 'shut'}"]
        if is_open and not browser.evaluate(INSIDE):
            return ["the panel does not fit the window"]
    if not browser.evaluate("document.activeElement === window.figure"):
        return ["the panel does not give the focus back"]
    browser.evaluate("window.figure.click()")
    told = browser.evaluate("[...document.querySelectorAll('#proof dt')].map(term => term.textContent).join()")
    browser.evaluate("document.body.click()")
    is_shut = browser.evaluate("document.getElementById('proof').hidden")
    wanted = "印出,精确值,口径,算法,代入,来源,编号"
    return [
        *([] if told == wanted else [f"the panel tells {told}"]),
        *([] if is_shut else ["a click does not shut it"]),
    ]


def main() -> int:
    """Check the page named on the command line; 0 where nothing is wrong, 3 where there is no browser."""
    program = find()
    if program is None:
        print("Chromium or Chrome is not installed", file=sys.stderr)
        return 3
    faults = []
    for size in SIZES:
        with Browser(program) as browser:
            faults += check(browser, Path(sys.argv[1]), size)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
