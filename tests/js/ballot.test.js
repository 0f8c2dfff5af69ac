import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/ballot.js";
import { fakeModel } from "./model.js";

const words = {
  title: "Which is best?",
  choose: "{place} is best",
  tie: "No difference",
  again: "Shuffle and vote again",
  sending: "counting…",
  stale: "the kernel is busy",
};

function draw(state = {}) {
  const model = fakeModel({ places: ["A", "B"], choice: "", verdict: "", round: 1, words, ...state });
  const el = document.createElement("div");
  const cleanup = widget.render({ model, el });
  const button = (/** @type {string} */ text) => [...el.querySelectorAll("button:not([hidden])")].find((b) => b.textContent === text);
  return { model, el, cleanup, button, told: el.querySelector("output") };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a button for each letter, and one for no difference", () => {
  const { el, button } = draw();
  expect([...el.querySelectorAll("[role=group] button")].map((b) => b.textContent)).toEqual(["A is best", "B is best", "No difference"]);
  expect(button("Shuffle and vote again")).toBeUndefined();
  expect(el.querySelector("output").hidden).toBe(true);
});

test("a double click is one vote, and waits for its verdict", () => {
  const { model, button, told } = draw();
  button("B is best").click();
  button("B is best").click();
  expect(model.sent).toEqual([{ kind: "vote", place: "B", round: 1 }]);
  expect(told.textContent).toBe("counting…");
  model.push({ choice: "B", verdict: "You chose <b>Pro</b>." });
  expect(told.textContent).toBe("You chose <b>Pro</b>.");
  expect(told.querySelector("b")).toBeNull();
  expect(button("B is best").disabled).toBe(true);
  expect(button("B is best").getAttribute("aria-pressed")).toBe("true");
});

test("another round opens the letters again", () => {
  const { model, button } = draw({ choice: "A", verdict: "You chose A." });
  button("Shuffle and vote again").click();
  expect(model.sent).toEqual([{ kind: "again", place: "", round: 1 }]);
  model.push({ choice: "", verdict: "", round: 2 });
  button("No difference").click();
  expect(model.sent.at(-1)).toEqual({ kind: "vote", place: "=", round: 2 });
});

test("a kernel that does not answer is said to be busy", () => {
  const { button, told } = draw();
  button("A is best").click();
  vi.advanceTimersByTime(3000);
  expect(told.textContent).toBe("the kernel is busy");
});

test("letters stay in the card, and nothing is left behind", () => {
  const { model, el, cleanup } = draw();
  const heard = vi.fn();
  const outside = document.createElement("div");
  outside.append(el);
  outside.addEventListener("keydown", heard);
  el.querySelector("button").dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  expect(heard).not.toHaveBeenCalled();
  cleanup();
  expect(model.listening()).toBe(0);
});
