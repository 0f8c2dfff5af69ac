import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cleanup, draw, price, schema, value } from "./drawn.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("twenty edits make one message, with the last value", () => {
  const { model, type } = draw();
  for (let i = 1; i <= 20; i++) {
    type("prompt", "a".repeat(i));
    vi.advanceTimersByTime(20);
  }
  expect(model.saved).toHaveLength(0);
  vi.advanceTimersByTime(300);
  expect(model.saved).toEqual([{ revision: 1, value: { ...value, prompt: "a".repeat(20) } }]);
});

test("leaving a field and closing the view save what is pending", () => {
  const first = draw();
  first.type("prompt", "a fox");
  first.field("prompt").dispatchEvent(new Event("focusout", { bubbles: true }));
  expect(first.model.saved).toHaveLength(1);
  first.type("prompt", "a fox at dawn");
  cleanup();
  expect(first.model.saved.at(-1)?.value.prompt).toBe("a fox at dawn");
  expect(first.model.listening()).toBe(0);
});

test("a double click sends one run", () => {
  const { model, go } = draw();
  go.click();
  go.click();
  expect(model.sent).toHaveLength(1);
  expect(model.sent[0]).toMatchObject({ kind: "run", value, revision: 0, seen: "6 credits", again: false });
  model.push({ busy: true });
  go.click();
  model.push({ busy: false });
  vi.advanceTimersByTime(200);
  go.click();
  go.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
  expect(model.sent).toHaveLength(1);
  vi.advanceTimersByTime(800);
  go.click();
  expect(model.sent).toHaveLength(2);
});

test("a click on a draft whose price is not known yet says so", () => {
  const { model, type, go } = draw();
  type("prompt", "a fox");
  go.click();
  expect(model.sent[0]).toMatchObject({ seen: null, revision: 1 });
  expect(model.sent[0].value.prompt).toBe("a fox");
});

test("a price is shown only for the draft it belongs to", () => {
  const { model, badge, go, type } = draw();
  expect(badge.textContent).toBe("6 credits · about 1 s");
  expect(go.textContent).toBe("Generate · 6 credits");
  type("count", 2);
  expect(badge.textContent).toBe("~12 credits · pricing…");
  expect(go.textContent).toBe("Generate");
  vi.advanceTimersByTime(300);
  model.push({ estimate: { ...price, seq: 0, text: "old" } });
  expect(badge.textContent).toBe("~12 credits · pricing…");
  model.push({ estimate: { ...price, seq: 1, text: "12 credits · about 2 s", price: "12 credits" } });
  expect(badge.textContent).toBe("12 credits · about 2 s");
  expect(go.textContent).toBe("Generate · 12 credits");
});

test("a kernel that does not answer is called busy", () => {
  const { badge, heard, type } = draw();
  type("prompt", "a fox");
  vi.advanceTimersByTime(3400);
  expect(badge.textContent).toBe("~6 credits · the kernel is busy");
  expect(badge.dataset.state).toBe("busy");
  expect(heard.textContent).toBe("~6 credits · the kernel is busy");
});

test("every state is told in words", () => {
  const { model, el, badge, go } = draw();
  model.push({ estimate: { state: "cannot_afford", text: "needs 80 credits, 12 left", price: "80 credits", seq: 0 } });
  expect(badge.textContent).toBe("needs 80 credits, 12 left");
  expect(go.disabled).toBe(true);
  go.click();
  expect(model.sent).toHaveLength(0);
  model.push({ estimate: { state: "error", text: "the server was not reached", seq: 0 } });
  expect(badge.textContent).toBe("the server was not reached");
  model.push({ estimate: price, busy: true, progress: { text: "being made · 3 of about 8 s", fraction: 0.4 } });
  expect(el.querySelector(".gnf-now").textContent).toBe("being made · 3 of about 8 s");
  expect(el.querySelector("progress").hidden).toBe(false);
  expect(go.disabled).toBe(true);
  model.push({ busy: false, progress: { text: "6 credits charged", fraction: 1, state: "done" } });
  expect(el.querySelector(".gnf-now").textContent).toBe("6 credits charged");
  expect(el.querySelector("progress").hidden).toBe(true);
});

test("what was made before costs nothing, and a new sample its price", () => {
  const { model, button } = draw();
  expect(button("New sample")).toBeUndefined();
  model.push({ estimate: { ...price, text: "0 credits · already made", replay: true } });
  expect(button("Show it again")?.textContent).toBe("Show it again · 0 credits");
  expect(button("New sample")?.textContent).toBe("New sample · 6 credits");
  button("New sample")?.click();
  expect(model.sent).toMatchObject([{ kind: "run", again: true, seen: "6 credits" }]);
});

test("the waiting can be stopped", () => {
  const { model, button } = draw();
  expect(button("Stop waiting")).toBeUndefined();
  model.push({ busy: true });
  button("Stop waiting")?.click();
  expect(model.sent).toEqual([{ kind: "stop" }]);
});

test("every control has a name and a description", () => {
  const { el } = draw();
  for (const control of el.querySelectorAll("input, select, textarea")) {
    const named = control.getAttribute("aria-label") || el.querySelector(`label[for="${control.id}"]`) || control.closest("label")?.textContent;
    expect(named, control.outerHTML).toBeTruthy();
  }
  for (const group of el.querySelectorAll("[role=radiogroup]")) {
    const named = group.getAttribute("aria-label") || el.querySelector(`#${group.getAttribute("aria-labelledby")}`)?.textContent;
    expect(named, group.outerHTML).toBeTruthy();
  }
  for (const node of el.querySelectorAll("[aria-describedby]")) {
    for (const id of (node.getAttribute("aria-describedby") ?? "").split(" ")) expect(el.querySelector(`#${id}`)).not.toBeNull();
  }
  const ids = [...el.querySelectorAll("[id]")].map((node) => node.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("a prompt says how long it may be when it gets near", () => {
  const { type, field } = draw();
  const help = () => field("prompt").querySelector(".gnf-help").textContent;
  type("prompt", "x".repeat(80));
  expect(help()).toBe("");
  type("prompt", "x".repeat(101));
  expect(help()).toBe("101 / 100");
});

test("few options are side by side, many are a list", () => {
  const { field } = draw();
  expect(field("quality").querySelectorAll("input[type=radio]")).toHaveLength(2);
  expect(field("style").querySelectorAll("select option")).toHaveLength(5);
  expect(field("palette").querySelector("input").getAttribute("role")).toBe("combobox");
  expect(field("count").querySelectorAll("input")).toHaveLength(2);
  expect(field("seed").querySelectorAll("input")).toHaveLength(1);
  expect(field("avoid").closest("details")).not.toBeNull();
});

test("the shapes on offer follow the model", () => {
  const { model, field, pick } = draw();
  pick("model", "Pro");
  expect([...field("aspect").querySelectorAll("input")].map((radio) => radio.value)).toEqual(["1:1", "4:3"]);
  expect(field("aspect").querySelector("input:checked").value).toBe("1:1");
  vi.advanceTimersByTime(300);
  expect(model.saved[0]?.value).toMatchObject({ model: "2", aspect: "1:1" });
  pick("model", "Plain");
  expect(field("aspect").hidden).toBe(true);
  vi.advanceTimersByTime(300);
  expect(model.saved[1]?.value.aspect).toBe("");
});

test("a number stays within its bounds", () => {
  const { model, field, type } = draw();
  const [range, box] = field("count").querySelectorAll("input");
  box.value = "99";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  vi.advanceTimersByTime(300);
  expect(model.saved).toHaveLength(0);
  box.dispatchEvent(new Event("change", { bubbles: true }));
  expect(box.value).toBe("10");
  expect(range.value).toBe("10");
  type("seed", 7);
  type("seed", "");
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value).toMatchObject({ count: 10, seed: null });
});

test("private is the default and is said in words", () => {
  const { model, field, pick } = draw();
  expect(field("public").querySelector("input:checked").value).toBe("private");
  expect(field("public").textContent).toContain("Only you can see");
  pick("public", "public");
  expect(field("public").textContent).toContain("Anybody can see");
  vi.advanceTimersByTime(300);
  expect(model.saved[0]?.value.public).toBe(true);
});

test("what Python sets appears, except where somebody is typing", () => {
  const { model, input, type } = draw();
  type("prompt", "mine");
  model.push({ revision: 1, value: { ...value, prompt: "theirs", count: 4, style: "noir" } });
  expect(input("prompt").value).toBe("mine");
  expect(input("style").value).toBe("noir");
  vi.advanceTimersByTime(300);
  expect(model.saved[0]).toMatchObject({ revision: 2, value: { prompt: "mine", count: 4, style: "noir" } });
});

test("errors stand at their field, or above the button", () => {
  const { model, field, el, type } = draw();
  model.push({ errors: { avoid: "not that", "": "The server was not reached.\nTry again." } });
  expect(field("avoid").textContent).toContain("not that");
  expect(field("avoid").closest("details").open).toBe(true);
  expect(el.querySelector("[role=alert]").textContent).toContain("not reached");
  type("avoid", "this");
  expect(field("avoid").textContent).not.toContain("not that");
});

test("an empty prompt is asked for, not sent", () => {
  const { model, field, go } = draw({ value: { ...value, prompt: " " } });
  go.click();
  expect(model.sent).toHaveLength(0);
  expect(field("prompt").textContent).toContain("This is needed first.");
});

test("keys stay in the form; Ctrl+Enter runs, Enter alone in a box does not", () => {
  const { model, input, el } = draw();
  let heard = 0;
  document.body.addEventListener("keydown", () => heard++);
  const press = (/** @type {KeyboardEventInit} */ init) => {
    const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
    input("count").dispatchEvent(event);
    return event;
  };
  press({ key: "b" });
  expect(heard).toBe(0);
  expect(press({ key: "Enter" }).defaultPrevented).toBe(true);
  expect(press({ key: "Enter", ctrlKey: true, isComposing: true }).defaultPrevented).toBe(false);
  expect(model.sent).toHaveLength(0);
  press({ key: "Enter", metaKey: true });
  expect(model.sent).toHaveLength(1);
  expect(el.querySelector("form").getAttribute("aria-busy")).toBe("true");
});

test("hostile text stays text", () => {
  const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
  const hostile = structuredClone(schema);
  Object.assign(hostile, { title: evil, description: evil, provider: evil });
  for (const field of hostile.fields) {
    Object.assign(field, { label: evil, help: evil });
    for (const option of field.options ?? []) Object.assign(option, { label: evil, note: evil });
  }
  hostile.model = { ...schema.model, name: evil, price: evil, about: evil, chips: [evil], shapes: [{ value: evil, label: evil }] };
  const { model, el } = draw({ schema: hostile, value: { ...value, prompt: evil } });
  model.answer({ kind: "models", models: [hostile.model] });
  model.answer({ kind: "pictures", key: "image", refs: [evil], items: [{ ref: evil, name: evil }] }, []);
  model.answer({ kind: "code", as: "cell", text: evil, note: evil });
  model.push({ presets: [evil], errors: { prompt: evil, "": evil }, estimate: { ...price, text: evil, price: evil }, progress: { text: evil, fraction: 1 } });
  expect(el.querySelectorAll("img, script")).toHaveLength(0);
  expect(el.querySelector("header strong").textContent).toBe(evil);
});
