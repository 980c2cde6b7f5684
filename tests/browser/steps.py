"""What people do on a page, in their words."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

PATIENCE = 120.0


def press(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).first.click()


def follow(place: Page | Locator, name: str) -> None:
    place.get_by_role("link", name=name, exact=True).first.click()


def take_file(page: Page, control: Locator) -> Download:
    with page.expect_download(timeout=PATIENCE * 1000) as download:
        control.click()
    return download.value


def read_pdf(path: Path) -> str:
    """Its words in a row, whatever lines they were broken into."""
    command = ["pdftotext", path, "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return " ".join(text.split())


def eventually(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about in time"


def order_workbook(page: Page, paper: str) -> Path:
    """Ask for the workbook of module 1 in English, follow its progress, and take it."""
    page.goto("/workbooks")
    page.get_by_label("Module").select_option("m1")
    page.get_by_label("English", exact=True).check()
    page.get_by_label(paper, exact=True).check()
    press(page, "Prepare the workbook")
    ready, again = (page.get_by_role("link", name=name) for name in ("Download the", "Look again"))
    deadline = time.monotonic() + PATIENCE
    while ready.count() == 0 and time.monotonic() < deadline:
        expect(ready.or_(again)).to_be_visible()
        if again.count():
            again.click()
    return take_file(page, ready).path()


def write(page: Page, prompt: str, words: str, *, has_script: bool) -> None:
    """Write under a prompt of a lesson; the script saves by itself, else one presses Save."""
    box = page.get_by_label(prompt, exact=True)
    box.fill(words)
    form = page.locator("form.prompt").filter(has=box)
    if not has_script:
        press(form, "Save")
        expect(page.locator("#notices")).to_have_text("Saved.")
    expect(form.locator(".saved")).to_contain_text("Saved today")
