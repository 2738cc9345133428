"""The page in a real Chromium, spoken to over its pipe: nothing goes wrong, nothing is asked for, all can be read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc
from tests.output.test_reports import MONTH, report, shipped  # noqa: F401

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM or sys.platform == "win32", reason="no Chromium here (Debian: chromium)"),
]

# Text that is wider than its frame, runs out of the window, or has no size although it is not folded away.
UNREADABLE = """
(() => {
  const wrong = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, holder = node.parentElement;
    if (!node.data.trim() || holder.closest('svg, style')) continue;
    const folded = holder.closest('details:not([open])');
    if (folded && !holder.closest('summary')) continue;
    const range = document.createRange(); range.selectNodeContents(node);
    const style = getComputedStyle(holder);
    if (style.display === 'none' || holder.closest('.heads, thead') && range.getClientRects().length === 0) continue;
    const boxes = [...range.getClientRects()];
    const seen = boxes.length && boxes.every(b => b.width > 0 && b.left >= -1 && b.right <= innerWidth + 1);
    if (!seen || parseFloat(style.fontSize) < 9) wrong.push(node.data.trim().slice(0, 40));
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page scrolls sideways');
  return wrong;
})()
"""


class Browser:
    """One headless Chromium and one page, by the DevTools protocol over file descriptors 3 and 4."""

    def __init__(self, folder: Path) -> None:
        read_by_it, self.out = os.pipe()
        self.back, written_by_it = os.pipe()

        def own_pipes() -> None:
            # in the child: first out of the way of 3 and 4, then there
            ends = os.dup(read_by_it), os.dup(written_by_it)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"],
            close_fds=False, preexec_fn=own_pipes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read_by_it)
        os.close(written_by_it)
        self.events: list[dict[str, Any]] = []
        self.rest, self.number, self.session = b"", 0, ""
        page = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **params: Any) -> Any:
        """Send a command and give back its answer; events that come in between are kept."""
        self.number += 1
        said = {"id": self.number, "method": method, "params": params}
        if self.session:
            said["sessionId"] = self.session
        os.write(self.out, json.dumps(said).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self.number:
                assert "error" not in heard, heard
                return heard["result"]

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            more = os.read(self.back, 1 << 16)
            assert more, "Chromium has gone"
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        heard: dict[str, Any] = json.loads(one)
        if "method" in heard:
            self.events.append(heard)
        return heard

    def show(self, path: Path, width: int) -> None:
        """Load a file in a window so wide."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.events.clear()
        self("Page.navigate", url=path.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._hear()

    def value(self, script: str) -> Any:
        return self("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.back)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = Browser(tmp_path_factory.mktemp("chromium"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def page(shipped: Svc, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    path = tmp_path_factory.mktemp("page") / "month.html"
    assert report(shipped, path, "month", MONTH).code == 0
    return path


@pytest.mark.parametrize("width", [390, 1280])
def test_all_can_be_read_and_nothing_leaves_the_page(width: int, browser: Browser, page: Path) -> None:
    browser.show(page, width)
    assert browser.value("document.title") == f"{MONTH} 售后月度审计"
    assert browser.value("document.body.innerText.length") > 3000
    assert browser.value(UNREADABLE) == []
    complaints = [
        e
        for e in browser.events
        if e["method"] in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
    ]
    assert complaints == []
    asked = {
        e["params"]["request"]["url"].split(",")[0]
        for e in browser.events
        if e["method"] == "Network.requestWillBeSent"
    }
    assert all(url == page.as_uri() or url.startswith("data:") for url in asked), asked
    drawn = browser.value(
        "[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 200).length"
    )
    assert drawn == browser.value("document.querySelectorAll('figure').length") > 4


def test_the_font_is_in_the_page(browser: Browser, page: Path) -> None:
    """The machine may have no Chinese font: what is drawn comes from the page itself."""
    browser.show(page, 1280)
    browser("DOM.enable")
    browser("CSS.enable")
    root = browser("DOM.getDocument")["root"]["nodeId"]
    for selector in ("h1", ".card .label", "#complaints td", ".reasons summary span", "dt"):
        node = browser("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        used = browser("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]
        assert used and all(font["isCustomFont"] for font in used), (selector, used)


def test_a_finding_opens(browser: Browser, page: Path) -> None:
    browser.show(page, 390)
    first = "document.querySelector('#fines details')"
    assert (
        browser.value(f"{first}.querySelector('ol').checkVisibility({{contentVisibilityAuto: true}}) && {first}.open")
        is False
    )
    browser.value(f"{first}.querySelector('summary').click()")
    assert browser.value(f"{first}.open && {first}.querySelectorAll('li').length > 3") is True
    assert browser.value(UNREADABLE) == []


def test_on_a4_no_table_is_cut(browser: Browser, page: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    browser.show(page, 1280)
    data = browser("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
    (tmp_path / "page.pdf").write_bytes(b64decode(data))
    read = PdfReader(tmp_path / "page.pdf")
    width, height = (float(side) for side in read.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    places: list[float] = []
    for sheet in read.pages:
        sheet.extract_text(
            visitor_text=lambda text, cm, tm, font, size: places.append(tm[4] * cm[0] + cm[4]) if text.strip() else None
        )
    assert places and min(places) >= 20 and max(places) < width - 20
    text = "".join("".join(sheet.extract_text().split()) for sheet in read.pages)
    for row in browser.value("[...document.querySelectorAll('td:last-child')].map(c => c.parentElement.innerText)"):
        assert "".join(row.split()) in text
    assert "rules.yaml:" in text, "explanations are opened on paper"
