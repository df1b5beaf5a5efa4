"""What the history on the page shows."""

from __future__ import annotations

from browser import Page


def questions(page: Page) -> list[str]:
    """Returns the questions that the conversation shows."""
    shown: list[str] = page.locator("#conversation .question").all_inner_texts()
    return shown


def kept(page: Page, count: int) -> None:
    """Waits until the browser has stored `count` exchanges of the current conversation.

    The page itself waits: Playwright takes the promise of an async function for a true value.
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
    """Returns the titles in the list of conversations, latest first."""
    page.click("nav a[data-view=history]")
    page.locator("#history ol li[data-conversation]").first.wait_for()
    titles: list[str] = page.locator("#history ol a").all_inner_texts()
    return titles
