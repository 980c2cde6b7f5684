"""How soon a lesson can be read on a slow phone: python -m bench.slow_link.

Chromium against the product as `./start` runs it: 400 kbit/s, 400 ms to and fro, the processor
slowed four times. Readable is when the browser has painted the largest text of the page.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.browser.serving import Site, serve

ROUNDS = 5
SLOWER = 4
LINK = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
FIRST, NEXT = "/lessons/sex-gender-norms", "/lessons/mandates"
PAINTED = """() => new Promise((tell) => new PerformanceObserver((list) => {
  tell(list.getEntries().at(-1).startTime);
}).observe({ type: "largest-contentful-paint", buffered: true }))"""


def main() -> None:
    """Print the medians of a first visit, of the next lesson, and of the same one again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        rounds = [_round(browser, site) for _ in range(ROUNDS)]
    for place, name in enumerate(("first visit", "next lesson", "the same")):
        readable = median(times[place] for times in rounds)
        sys.stdout.write(f"{name:12} readable after {readable:5.0f} ms\n")


def _round(browser: Browser, site: Site) -> tuple[float, float, float]:
    context = _signed_in(browser, site)
    page = context.new_page()
    _slow_down(context.new_cdp_session(page))
    times = _read(page, FIRST), _read(page, NEXT), _read(page, FIRST)
    context.close()
    return times


def _signed_in(browser: Browser, site: Site) -> BrowserContext:
    """A phone with a session and an empty cache."""
    first = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = first.new_page()
    page.goto("/sign-in")
    page.locator("#handle").fill("participant@demo.example")
    page.locator("#passphrase").fill(site.passphrase)
    page.locator("main form button").click()
    page.wait_for_url("**/home")
    state = first.storage_state()
    first.close()
    return browser.new_context(
        base_url=site.url, storage_state=state, viewport={"width": 360, "height": 740}
    )


def _slow_down(devices: CDPSession) -> None:
    devices.send("Network.enable")
    devices.send("Network.emulateNetworkConditions", LINK)
    devices.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _read(page: Page, path: str) -> float:
    page.goto(path)
    return float(page.evaluate(PAINTED))


if __name__ == "__main__":
    main()
