// Small helpers shared by the page's scripts. Text from documents only ever becomes text nodes.

import { say } from "./language.js";

/** Return the first matching element, or null. */
export const find = (selector, within = document) => within.querySelector(selector);

/** Return all matching elements. */
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Focus the question box, except on a phone, where its keyboard would pop up. */
export function focusBox() {
  if (matchMedia("(hover: hover)").matches) find("#question textarea").focus();
}

/** True for an element that is drawn. An element in a closed fold also has a place and a size. */
export const isShown = (element) => element.checkVisibility();

/** Create an element with properties and children; strings among the children become text nodes. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// A date or place of at most this many characters is not broken across lines, as in the server's
// answers.
const SHORT = 16;

/** Return the known details of a passage as elements with separators between them. */
export const dotted = (texts) =>
  texts.filter(Boolean).flatMap((text, at) => {
    const className = text.length <= SHORT ? "short" : "";
    return [at ? " · " : "", make("bdi", { className, textContent: text })];
  });

/** Fetch JSON from one of the page's own addresses. An error carries the server's message and its
    whole reply. */
export async function request(path, options = {}) {
  return checked(await reply(path, options));
}

/** Fetch a file from one of the page's own addresses; a given value is posted as JSON. */
export async function requestFile(path, value) {
  const response = await reply(path, value === undefined ? {} : posting(value));
  return response.ok ? response.blob() : checked(response);
}

/** Post a JSON value. */
export const post = (path, value = {}) => request(path, posting(value));

async function reply(path, options) {
  try {
    return await fetch(`pincite/${path}`, options);
  } catch {
    throw new Error(say("pincite does not answer. Is it still running?"));
  }
}

async function checked(response) {
  const text = await response.text();
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = { error: text };
  }
  if (!response.ok) {
    const error = new Error(value.error ?? say("That request was not understood."));
    throw Object.assign(error, { reply: value });
  }
  return value;
}

const posting = (value) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(value),
});
