import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/gallery.js";
import { fakeModel } from "./model.js";

const words = {
  title: "Gallery",
  source: "Where from",
  search: "Search prompts",
  filters: "Filters",
  any: "All",
  reading: "reading…",
  silent: "the kernel is busy",
  further: "Look further",
  retry: "Try again",
  close: "Close",
  before: "Previous",
  after: "Next",
  rating: "Your rating",
  save: "Save",
  folder: "Folder",
  keep: "Keep it as it is",
};
const asked = { seq: 0, kind: "mine", what: "", words: "", generator: "", type: "", model: "", since: "", until: "", oldest: false };
const row = (/** @type {number} */ n, more = {}) => ({ key: String(n), kind: "image", prompt: `number ${n}`, about: "image · 2026", ...more });
const some = (/** @type {number} */ from, /** @type {number} */ count) => Array.from({ length: count }, (_, n) => row(from + n));

/** @type {() => void} */ let cleanup = () => {};

function draw() {
  const model = fakeModel({ words, asked });
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  cleanup = widget.render({ model, el });
  const settle = () => vi.advanceTimersByTime(200);
  const rows = (/** @type {any[]} */ list, more = {}) => {
    model.answer({ kind: "rows", seq: 0, at: 0, rows: list, total: 10000, status: `${list.length} of 10,000`, ended: false, paused: false, trouble: "", ...more });
    settle();
  };
  const press = (/** @type {Element | null | undefined} */ on, /** @type {string} */ key) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    on?.dispatchEvent(event);
    return event;
  };
  return {
    model,
    el,
    rows,
    settle,
    press,
    cells: () => [...el.querySelectorAll(".gng-cell")],
    said: (/** @type {string} */ kind) => model.sent.filter((message) => message.kind === kind),
    button: (/** @type {string} */ text) => [...el.querySelectorAll("button")].find((b) => b.textContent === text || b.getAttribute("aria-label") === text),
    scroll: el.querySelector(".gng-scroll"),
    dialog: el.querySelector("dialog"),
    status: el.querySelector(".gng-status"),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  let made = 0;
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => `blob:${++made}`, revokeObjectURL: vi.fn() }));
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("ten thousand rows make a few dozen cells, wherever one scrolls", () => {
  const { rows, cells, scroll, settle } = draw();
  rows(some(0, 10000), { ended: true });
  expect(cells().length).toBeLessThan(60);
  expect(cells()[0].textContent).toContain("number 0");
  scroll.scrollTop = 100000;
  scroll.dispatchEvent(new Event("scroll"));
  settle();
  expect(cells().length).toBeLessThan(60);
  const first = Number(cells()[0].closest("li").getAttribute("aria-posinset"));
  expect(first).toBeGreaterThan(1000);
  expect(cells()[0].closest("li").getAttribute("aria-setsize")).toBe("10000");
});

test("a gallery that is off the page for a while keeps its shape", () => {
  const { rows, scroll, el, settle } = draw();
  Object.defineProperty(scroll, "clientWidth", { value: 900, configurable: true });
  rows(some(0, 12));
  const width = () => el.querySelector("li").style.width;
  const before = width();
  Object.defineProperty(scroll, "clientWidth", { value: 0 });
  scroll.dispatchEvent(new Event("scroll"));
  settle();
  expect([before, width()]).toEqual(["170.4px", "170.4px"]);
});

test("it asks for rows when the end comes near, once at a time", () => {
  const { said, rows, status } = draw();
  expect(said("open")).toHaveLength(1);
  expect(status.textContent).toBe("reading…");
  rows(some(0, 12));
  expect(said("rows")).toEqual([{ kind: "rows", seq: 0, at: 12 }]);
  rows(some(12, 100), { at: 12 });
  expect(said("rows")).toHaveLength(1);
  rows([], { at: 112, ended: true });
  expect(said("rows")).toHaveLength(1);
});

test("pictures are asked for when the scrolling rests, and shown when they come", () => {
  const { said, rows, model, cells, settle } = draw();
  rows(some(0, 40), { ended: true });
  expect(said("thumbs")).toHaveLength(1);
  const keys = said("thumbs")[0].keys;
  expect(keys.length).toBe(cells().length);
  model.answer({ kind: "thumbs", thumbs: [["0", "image/jpeg"], ["1", ""], ["2", "image/svg+xml"]] }, [new DataView(new ArrayBuffer(4)), new DataView(new TextEncoder().encode("<svg onload='x'/>").buffer)]);
  settle();
  const images = cells().map((cell) => cell.querySelector("img")?.getAttribute("src"));
  expect(images[0]).toMatch(/^blob:/);
  expect(images[1]).toBeUndefined();
  expect(images[2]).toMatch(/^data:image\/svg\+xml,/);
  expect(said("thumbs")).toHaveLength(1);
});

test("arrows move among the cells, and one of them is reached by Tab", () => {
  const { rows, cells, press } = draw();
  rows(some(0, 300), { ended: true });
  const tabbed = () => cells().filter((cell) => cell.tabIndex === 0);
  expect(tabbed()).toHaveLength(1);
  tabbed()[0].focus();
  expect(press(document.activeElement, "ArrowRight").defaultPrevented).toBe(true);
  expect(document.activeElement?.textContent).toContain("number 1");
  press(document.activeElement, "End");
  expect(document.activeElement?.textContent).toContain("number 299");
  expect(tabbed()).toHaveLength(1);
  press(document.activeElement, "Home");
  expect(document.activeElement?.textContent).toContain("number 0");
  expect(press(document.activeElement, "b").defaultPrevented).toBe(false);
});

test("keys stay inside, so that no cell is inserted", () => {
  const { rows, cells, press } = draw();
  rows(some(0, 3), { ended: true });
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  press(cells()[0], "b");
  expect(heard).not.toHaveBeenCalled();
  document.body.removeEventListener("keydown", heard);
});

test("a search waits for the typing to pause, and old answers are dropped", () => {
  const { el, said, rows, model, cells } = draw();
  rows(some(0, 12), { ended: true });
  const search = el.querySelector("input[type=search]");
  for (const text of ["f", "fo", "fox"]) {
    search.value = text;
    search.dispatchEvent(new Event("input"));
    vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(400);
  expect(said("find")).toHaveLength(1);
  expect(said("find")[0]).toMatchObject({ seq: 1, query: { kind: "mine", words: "fox" } });
  expect(cells()).toHaveLength(0);
  rows(some(0, 5));
  expect(cells()).toHaveLength(0);
  model.answer({ kind: "rows", seq: 1, at: 0, rows: [row(7)], total: -1, status: "1 found among 500", ended: false, paused: true, trouble: "" });
  expect(cells()).toHaveLength(1);
});

test("sources, generators and models are offered as they come", () => {
  const { el, model, said } = draw();
  const sources = [{ label: "Gallery", options: [["mine ", "My creations"], ["public ", "Everybody's"]] }, { label: "Teams", options: [["team 7", "<b>Kites</b>"]] }];
  // Twice, since every view asks for them and all of them hear.
  for (const _ of [1, 2]) model.answer({ kind: "choices", sources, generators: [["image", "Image"]], models: [["Flux", "Flux"]] });
  expect([...el.querySelectorAll("option[value=image], option[value=Flux]")].map((item) => item.text)).toEqual(["image", "Image", "Flux"]);
  const source = el.querySelector("select");
  expect(source.value).toBe("mine ");
  expect(el.querySelector("b")).toBeNull();
  source.value = "team 7";
  source.dispatchEvent(new Event("change"));
  expect(said("find")[0].query).toMatchObject({ kind: "team", what: "7" });
});

test("a search that stopped and one that failed go on when asked", () => {
  const { rows, said, button, el } = draw();
  rows([], { paused: true, status: "0 found among 500" });
  expect(said("rows")).toHaveLength(0);
  button("Look further")?.click();
  expect(said("rows")).toHaveLength(1);
  rows([], { trouble: "The server was not reached.\nTry later." });
  expect(el.querySelector("[role=alert]").textContent).toContain("not reached");
  button("Try again")?.click();
  expect(said("rows")).toHaveLength(2);
});

test("a kernel that does not answer is called busy", () => {
  const { status } = draw();
  vi.advanceTimersByTime(3100);
  expect(status.textContent).toBe("the kernel is busy");
});

const details = { kind: "details", key: "1", prompt: "number 1", text: "", facts: [["By", "<i>jane</i>"]], acts: [{ kind: "pick", label: "Use as reference" }, { kind: "delete", label: "Delete", ask: "Delete it?" }] };

function opened() {
  const made = draw();
  made.rows(some(0, 5), { ended: true });
  made.cells()[1].click();
  made.model.answer(details);
  return made;
}

test("a creation opens large, with what is known of it as text", () => {
  const { dialog, said, model } = opened();
  expect(said("look")).toEqual([{ kind: "look", key: "1" }]);
  expect(dialog.open).toBe(true);
  expect(dialog.querySelector("dd").textContent).toBe("<i>jane</i>");
  const part = new DataView(new ArrayBuffer(2));
  model.answer({ kind: "whole", key: "1", mime: "video/mp4", part: 0, of: 2 }, [part]);
  expect(dialog.querySelector("video")).toBeNull();
  model.answer({ kind: "whole", key: "1", mime: "video/mp4", part: 1, of: 2 }, [part]);
  expect(dialog.querySelector("video").getAttribute("src")).toMatch(/^blob:/);
  expect(dialog.querySelector("video").getAttribute("aria-label")).toBe("number 1");
  model.answer({ kind: "whole", key: "4", mime: "audio/wav", part: 0, of: 1 }, [part]);
  expect(dialog.querySelector("audio")).toBeNull();
});

test("what cannot be undone is asked first, with the safe answer in front", () => {
  const { button, said, model, cells, dialog } = opened();
  button("Delete")?.click();
  expect(said("delete")).toHaveLength(0);
  expect(document.activeElement?.textContent).toBe("Keep it as it is");
  button("Keep it as it is")?.click();
  expect(said("delete")).toHaveLength(0);
  button("Delete")?.click();
  dialog.querySelector(".gng-danger").click();
  expect(said("delete")).toEqual([{ kind: "delete", key: "1", sure: true }]);
  model.answer({ kind: "gone", key: "1", status: "4 of 9,999" });
  expect(dialog.open).toBe(false);
  expect(cells().map((cell) => cell.querySelector(".gng-prompt").textContent)).toEqual(["number 0", "number 2", "number 3", "number 4"]);
});

test("it is rated, picked and saved", () => {
  const { dialog, said, model, button, cells, settle } = opened();
  model.answer({ kind: "rating", key: "1", text: "4 of 5" });
  const star = dialog.querySelector("input[aria-label='4 / 5']");
  star.checked = true;
  star.dispatchEvent(new Event("change", { bubbles: true }));
  expect(said("rate")).toEqual([{ kind: "rate", score: 4, key: "1" }]);
  button("Use as reference")?.click();
  expect(said("pick")).toEqual([{ kind: "pick", key: "1" }]);
  model.answer({ kind: "picked", key: "1" });
  settle();
  expect(cells()[1].querySelector(".gng-chosen")).not.toBeNull();
  dialog.querySelector("form").dispatchEvent(new Event("submit", { cancelable: true }));
  expect(said("save")).toEqual([{ kind: "save", folder: "outputs", key: "1" }]);
  model.answer({ kind: "said", key: "1", text: "saved as outputs/x.png" });
  expect(dialog.querySelector(".gng-said").textContent).toBe("saved as outputs/x.png");
});

test("the next one is an arrow away", () => {
  const { dialog, said, press, button } = opened();
  press(button("Next"), "ArrowRight");
  expect(said("look").at(-1)).toEqual({ kind: "look", key: "2" });
  press(dialog.querySelector("input[type=text]"), "ArrowRight");
  expect(said("look")).toHaveLength(2);
});

test("every control has a name", () => {
  const { el } = opened();
  for (const control of el.querySelectorAll("input, select, button")) {
    const name = control.getAttribute("aria-label") || control.textContent || control.closest("label")?.textContent || "";
    if (!control.closest("[hidden]")) expect(name.trim(), control.outerHTML).toBeTruthy();
  }
});

test("hostile text stays text", () => {
  const { rows, el } = draw();
  rows([row(1, { prompt: "<img src=x onerror=alert(1)>", text: "<script>alert(1)</script>", kind: "text" })], { ended: true });
  expect(el.querySelector("img, script")).toBeNull();
});

test("closing the view lets go of everything", () => {
  const { model, rows } = draw();
  rows(some(0, 3), { ended: true });
  model.answer({ kind: "thumbs", thumbs: [["0", "image/jpeg"]] }, [new DataView(new ArrayBuffer(4))]);
  cleanup();
  expect(URL.revokeObjectURL).toHaveBeenCalledTimes(1);
  expect(model.listening()).toBe(0);
  cleanup = () => {};
});
