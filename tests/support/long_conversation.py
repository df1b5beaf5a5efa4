"""A conversation of many questions, kept by the page."""

from __future__ import annotations

COUNT = 200
# Stores questions as if they had been asked one after another in this browser.
KEEP = """async count => {
    const { exchangesOf, keep } = await import("./pincite/assets/shared/storage.js");
    const id = sessionStorage.getItem("pincite.conversation");
    for (const end = Date.now() + 15000; Date.now() < end; ) {
        if ((await exchangesOf(id)).length === 2) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // What was drawn last may still be on its way into the store.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await fetch("pincite/conversation/forget", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ tab: id }),
    });
    const [one, hostile] = await exchangesOf(id);
    const exchanges = Array.from({ length: count }, (_, number) => (
        { ...one, number, question: `How much chromium ${number}?` }
    ));
    exchanges[3] = { ...hostile, number: 3, question: exchanges[3].question };
    await keep(id, exchanges);
}"""
