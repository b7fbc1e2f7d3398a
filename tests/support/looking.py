"""What a machine can see of a page: rules of accessibility, what is wider than the window, targets that are too small."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > wide + 1 ? [`the page is ${document.documentElement.scrollWidth} wide in ${wide}`] : [];
}"""
# 24 px, or a link within a sentence (WCAG 2.5.8).
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input, select, textarea')].filter(el => {
  const box = (el.matches('[type=checkbox], [type=radio]') && el.closest('label') || el).getBoundingClientRect();
  if (!box.width || el.closest('.vh, .skip') || el.matches('.skip, .vh')) return false;
  if (el.matches('a') && getComputedStyle(el).display === 'inline') return false;
  return box.height < 23.5 || box.width < 23.5;
}).map(el => 'smaller than 24 px: ' + el.outerHTML.slice(0, 90))"""


ALL = {"runOnly": RULES}
COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""All that the other color scheme can change."""


def violations(page: Page, options: dict = ALL) -> list[str]:
    """Rules of accessibility that the page breaks, in words."""
    # Only violations are told with their elements: working out a selector for each element that passes takes longer than the rules.
    found = Axe().run(page, options=options | {"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]} ({len(one['nodes'])})" for one in found]


def findings(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in words; empty: nothing was found."""
    return violations(page) + page.evaluate(TOO_WIDE) + page.evaluate(TOO_SMALL)


def findings_everywhere(page: Page, address: str) -> list[str]:
    """The same in light at 1280 px, and at 320 px, where text at 200 % folds a page too; and in dark what is about colors."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    said = [f"{address} light 1280: {one}" for one in findings(page)]
    page.set_viewport_size({"width": 320, "height": 800})
    said += [f"{address} light 320: {one}" for one in findings(page)]
    page.emulate_media(color_scheme="dark")
    return said + [f"{address} dark 320: {one}" for one in violations(page, COLORS)]
