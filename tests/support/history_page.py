"""What the history on the page shows."""

from __future__ import annotations

from browser import Page


def questions(page: Page) -> list[str]:
    """The questions that the conversation shows."""
    shown: list[str] = page.locator("#conversation .question").all_inner_texts()
    return shown


def kept(page: Page, count: int) -> None:
    """Waits until the browser has so many exchanges of the conversation that is shown.

    The page waits and not Playwright, to which the promise that an async function gives is true.
    """
    page.evaluate(
        """async count => {
            const { exchangesOf } = await import("./pincite/assets/shared/storage.js");
            const id = sessionStorage.getItem("pincite.conversation");
            for (const end = Date.now() + 15000; Date.now() < end; ) {
                if ((await exchangesOf(id)).length === count) return;
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
            throw new Error(`The browser has not kept ${count} exchanges.`);
        }""",
        count,
    )


def listed(page: Page) -> list[str]:
    """What the list of conversations names, the latest first."""
    page.click("nav a[data-view=history]")
    page.locator("#history ol li[data-conversation]").first.wait_for()
    titles: list[str] = page.locator("#history ol a").all_inner_texts()
    return titles
