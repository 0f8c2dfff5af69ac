import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/balance.js";
import { fakeModel } from "./model.js";

const words = { title: "Credits", total: "{amount} credits", spent: "{amount} since shown", paid: "paid", free: "free", earned: "earned", charges: "Last charges" };

function draw() {
  const model = fakeModel({ total: 10000, parts: { paid: 0, free: 10000 }, provider: "studio", charges: [], quota: {}, warning: "", words });
  const el = document.createElement("div");
  const cleanup = widget.render({ model, el });
  return { model, el, cleanup };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "setTimeout", "clearTimeout", "Date"] }));
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

test("the last charges, and a warning when little is left", () => {
  const { model, el } = draw();
  expect(el.querySelector("ul").hidden).toBe(true);
  expect(el.querySelector("[role=status]").hidden).toBe(true);
  model.push({ charges: [{ what: "<i>fox</i>", model: "Schnell", when: "14:03", cost: "6" }], warning: "Low: enough for 3 more." });
  vi.advanceTimersByTime(50);
  expect(el.querySelector("ul[aria-label='Last charges'] li").textContent).toBe("<i>fox</i>Schnell · 14:03−6");
  expect(el.querySelector("ul i")).toBeNull();
  expect(el.querySelector("[role=status]").textContent).toBe("Low: enough for 3 more.");
});

test("a minute's quota is gone with the minute", () => {
  const { model, el } = draw();
  const quota = el.querySelector(".gnb-quota");
  model.push({ quota: { text: "57 of 60 requests left this minute", at: Date.now() / 1000 } });
  vi.advanceTimersByTime(50);
  expect(quota.textContent).toBe("57 of 60 requests left this minute");
  vi.advanceTimersByTime(59_000);
  expect(quota.hidden).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect(quota.hidden).toBe(true);
});
