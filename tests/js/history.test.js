import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/history.js";
import { fakeModel } from "./model.js";

const words = {
  title: "History",
  search: "Search",
  starred: "Starred only",
  star: "Star",
  count: "{shown} of {total}",
  none: "Nothing was found.",
  columns: "Star|What|When|Credits|Again",
  show: "Show again · 0 credits",
  price: "Make it …",
  pay: "Make it · {price}",
  busy: "working…",
  stale: "the kernel is busy",
};
const row = { id: "1", what: "a fox", about: "image · Schnell", when: "11-30 14:03", cost: "6", state: "", starred: false, act: "show" };
const refused = { ...row, id: "2", what: "<img src=x>", state: "not made", act: "pay", cost: "0" };

function draw(state = {}) {
  const model = fakeModel({ rows: [row, refused], total: 1234, query: { text: "", starred: false, seq: 0 }, offer: {}, busy: "", note: "", words, ...state });
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  const cleanup = widget.render({ model, el });
  const button = (/** @type {string} */ name) => el.querySelector(`button[aria-label="${name}"]`);
  return { model, el, cleanup, button, search: el.querySelector("input[type=search]"), note: el.querySelector(".gnh-note") };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a row each, in text, and how many there are", () => {
  const { el } = draw();
  expect(el.querySelectorAll("tbody tr")).toHaveLength(2);
  expect(el.querySelector("tbody img")).toBeNull();
  expect(el.querySelector("output").textContent).toBe("2 of 1,234");
  expect([...el.querySelectorAll("th[scope=col]")]).toHaveLength(5);
});

test("typing asks once, and an older answer does not touch what is typed", () => {
  const { model, search } = draw();
  for (const text of ["f", "fo", "fox"]) {
    search.value = text;
    search.dispatchEvent(new Event("input"));
  }
  vi.advanceTimersByTime(250);
  expect(model.sent).toEqual([{ kind: "search", text: "fox", starred: false, seq: 3 }]);
  search.value = "foxes";
  search.dispatchEvent(new Event("input"));
  model.push({ query: { text: "fox", starred: false, seq: 3 }, rows: [row] });
  expect(search.value).toBe("foxes");
});

test("what was made is shown with one click", () => {
  const { model, button } = draw();
  const show = button("Show again · 0 credits: a fox");
  show.click();
  show.click();
  expect(model.sent).toEqual([{ kind: "run", id: "1", seen: null }]);
});

test("what was not made names its price on the button that pays", () => {
  const { model, button } = draw();
  button("Make it …: <img src=x>").click();
  model.push({ offer: { id: "2", price: "6 credits" }, note: "Press again to pay 6 credits." });
  button("Make it · 6 credits: <img src=x>").click();
  expect(model.sent.map((sent) => sent.seen)).toEqual([null, "6 credits"]);
});

test("a star says whether it is set, and keeps the focus", () => {
  const { model, button } = draw();
  button("Star: a fox").focus();
  button("Star: a fox").click();
  expect(model.sent).toEqual([{ kind: "star", id: "1", on: true }]);
  model.push({ rows: [{ ...row, starred: true }, refused] });
  expect(button("Star: a fox").getAttribute("aria-pressed")).toBe("true");
  expect(document.activeElement).toBe(button("Star: a fox"));
});

test("a busy kernel is said, and nothing is left behind", () => {
  const { model, el, cleanup, button, note } = draw();
  button("Star: a fox").click();
  vi.advanceTimersByTime(3000);
  expect(note.textContent).toBe("the kernel is busy");
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  el.querySelector("button").dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  expect(heard).not.toHaveBeenCalled();
  cleanup();
  expect(model.listening()).toBe(0);
});
