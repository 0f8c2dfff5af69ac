import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/choices.js";
import { fakeModel } from "./model.js";

const words = { watch: "Keep watching", write_off: "Write off", pay_again: "Pay again", stale: "the kernel is busy" };

function draw(state = {}) {
  const model = fakeModel({ told: "operation 1a is unclear", offer: "", ready: true, words, ...state });
  const el = document.createElement("div");
  const cleanup = widget.render({ model, el });
  const button = (/** @type {string} */ text) => [...el.querySelectorAll("button")].find((b) => b.textContent.startsWith(text));
  return { model, el, cleanup, button, told: el.querySelector("output") };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("paying takes a click on the price that stands there", () => {
  const { model, button, told } = draw();
  button("Pay again").click();
  button("Pay again").click();
  expect(model.sent.splice(0)).toEqual([{ kind: "price" }]);
  model.push({ offer: "6 credits", told: "Pay 6 credits once more?" });
  expect(button("Pay again").disabled).toBe(true); // a slow double click pays nothing
  vi.advanceTimersByTime(800);
  expect(told.textContent).toBe("Pay 6 credits once more?");
  button("Pay again · 6 credits").click();
  expect(model.sent).toEqual([{ kind: "pay_again", seen: "6 credits" }]);
});

test("what is settled can be clicked no more, and a busy kernel is said", () => {
  const { model, button, told } = draw();
  button("Write off").click();
  expect(model.sent).toEqual([{ kind: "write_off" }]);
  vi.advanceTimersByTime(3000);
  expect(told.textContent).toBe("the kernel is busy");
  model.push({ ready: false, told: "operation 1a is charged <b>" });
  expect(told.innerHTML).toBe("operation 1a is charged &lt;b&gt;");
  expect(button("Keep watching").disabled).toBe(true);
});

test("letters stay in the card, and nothing is left behind", () => {
  const { model, el, cleanup } = draw();
  document.body.replaceChildren(el);
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  el.querySelector("button").dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  expect(heard).not.toHaveBeenCalled();
  cleanup();
  expect(model.listening()).toBe(0);
});
