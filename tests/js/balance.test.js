import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/balance.js";
import { fakeModel } from "./model.js";

const words = { title: "Credits", total: "{amount} credits", spent: "{amount} since shown", paid: "paid", free: "free", earned: "earned" };

function draw() {
  const model = fakeModel({ total: 10000, parts: { paid: 0, free: 10000 }, provider: "studio", words });
  const el = document.createElement("div");
  const cleanup = widget.render({ model, el });
  return { model, el, cleanup };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "setTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("it shows the total, its parts and whose it is", () => {
  const { el } = draw();
  expect(el.querySelector("output[aria-live=polite]").textContent).toBe("10,000 credits");
  expect(el.textContent).toContain("studio");
  expect(el.textContent).toContain("free 10,000");
  expect(el.textContent).not.toContain("earned");
});

test("it follows a spend, and says how far it moved", () => {
  const { model, el, cleanup } = draw();
  model.push({ parts: { free: 9994 } });
  model.push({ total: 9994 });
  vi.advanceTimersByTime(50);
  expect(el.querySelector("output").textContent).toBe("9,994 credits");
  expect(el.textContent).toContain("−6 since shown");
  cleanup();
  expect(model.listening()).toBe(0);
});

test("every part is shown by its name, known or not", () => {
  const { model, el } = draw();
  model.push({ parts: { paid: 5, daily: 3, "<b>": 2 }, total: 10 });
  vi.advanceTimersByTime(50);
  expect([...el.querySelectorAll(".gnb-parts span")].map((part) => part.textContent)).toEqual(["paid 5", "daily 3", "<b> 2"]);
  expect(el.querySelector("b")).toBeNull();
});

test("text from outside stays text", () => {
  const { model, el } = draw();
  model.push({ provider: "<img src=x onerror=alert(1)>" });
  vi.advanceTimersByTime(50);
  expect(el.querySelector("img")).toBeNull();
});
