// Lets a mouse drag the items of a list by their handles; keyboard and touch use buttons.

import { find, findAll } from "../shared/dom.js";

/** Call `moved` with the dropped item and the item that now follows it, if any. */
export function watchDragging(list, moved) {
  let dragged = null;
  let target = null;

  list.addEventListener("dragstart", (event) => {
    const handle = event.target.closest?.(".drag");
    if (!handle) return;
    dragged = handle.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", find("blockquote", dragged).textContent);
    event.dataTransfer.setDragImage(dragged, 0, 0);
    dragged.classList.add("dragged");
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    target = below(list, dragged, event.clientY);
    for (const item of findAll("li", list)) item.classList.toggle("drop-before", item === target);
    list.classList.toggle("drop-last", target === null);
  });
  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    moved(dragged, target);
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    list.classList.remove("drop-last");
    for (const item of findAll(".drop-before", list)) item.classList.remove("drop-before");
    dragged = target = null;
  });
}

// Return the first item whose middle is below a height.
function below(list, dragged, height) {
  const others = findAll("li", list).filter((item) => item !== dragged);
  const isBelow = (item) => {
    const { top, height: tall } = item.getBoundingClientRect();
    return height < top + tall / 2;
  };
  return others.find(isBelow) ?? null;
}
