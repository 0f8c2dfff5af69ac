import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/badge.js";
import { fakeModel } from "./model.js";

const words = { title: "Price", again: "Price again", stale: "may have changed", busy: "the kernel is busy" };
/** @type {() => void} */ let cleanup = () => {};

function draw() {
  const model = fakeModel({ words, estimate: { state: "idle", text: "nothing to price yet", seq: 0 } });
  const el = document.createElement("div");
  cleanup = widget.render({ model, el });
  return { model, el, shown: el.querySelector(".gnf-price"), heard: el.querySelector("output"), again: el.querySelector("button") };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("every state is told in words, and announced once it has settled", () => {
  const { model, shown, heard, again } = draw();
  const push = (/** @type {string} */ state, /** @type {string} */ text) => model.push({ estimate: { state, text, seq: 1 } });
  expect(shown.textContent).toBe("nothing to price yet");
  push("pricing", "~6 credits · pricing…");
  expect([shown.textContent, heard.textContent]).toEqual(["~6 credits · pricing…", ""]);
  push("price", "6 credits · about 1 s");
  expect([shown.textContent, heard.textContent, again.hidden]).toEqual(["6 credits · about 1 s", "6 credits · about 1 s", true]);
  push("cannot_afford", "68 credits missing · needs 80, 12 left");
  expect(heard.textContent).toBe("68 credits missing · needs 80, 12 left");
  push("error", "the server was not reached");
  expect([heard.textContent, again.hidden]).toEqual(["the server was not reached", false]);
});

test("an old price says so; a kernel that does not answer is busy", () => {
  const { model, shown, again } = draw();
  model.push({ estimate: { state: "price", text: "6 credits", seq: 1 } });
  vi.advanceTimersByTime(600_000);
  expect([shown.dataset.state, shown.textContent]).toEqual(["stale", "6 credits · may have changed"]);
  again.click();
  expect(model.sent).toEqual([{ kind: "price" }]);
  vi.advanceTimersByTime(3_000);
  expect([shown.dataset.state, shown.textContent]).toEqual(["busy", "6 credits · the kernel is busy"]);
  model.push({ estimate: { state: "price", text: "7 credits", seq: 1 } });
  expect([shown.dataset.state, shown.textContent]).toEqual(["price", "7 credits"]);
  cleanup();
  expect(model.listening()).toBe(0);
});

test("hostile text stays text, and keys stay in the badge", () => {
  const { model, el } = draw();
  model.push({ estimate: { state: "price", text: "<img src=x onerror=alert(1)>", seq: 1 } });
  expect(el.querySelector("img")).toBeNull();
  let heard = 0;
  const outside = document.createElement("div");
  outside.append(el);
  outside.addEventListener("keydown", () => heard++);
  el.querySelector("button").dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  expect(heard).toBe(0);
});
