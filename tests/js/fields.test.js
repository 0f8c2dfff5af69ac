import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { guess } from "../../generor_nb/widgets/_price.js";
import { cleanup, draw, models, price, schema, value } from "./drawn.js";
import guesses from "./guesses.json";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const press = (/** @type {Element} */ node, /** @type {string} */ key) =>
  node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const options = (/** @type {Element} */ field) => [...field.querySelectorAll("[role=option]")].map((item) => item.textContent);
const photo = { ref: "made:1/2", name: "a fox" };

test.each(/** @type {any[]} */ (guesses))("a guess counts as the server does: %o", (told) => {
  const field = { key: "q", kind: "choice", label: "", options: [{ value: "x", label: "", multiplier: told.multiplier }] };
  const steps = (told.durations ?? []).map((/** @type {number} */ n) => ({ value: String(n), label: "" }));
  const model = { ...schema.model, cost: told.cost, steps, seconds: told.default, audio: told.sound };
  const draft = { q: "x", count: told.count, seconds: told.seconds ?? null, audio_track: Boolean(told.sound) };
  expect(guess(model, [field], draft)).toBe(told.credits);
});

test("a long list is narrowed by typing and chosen with the keys", () => {
  const { model, field, input } = draw();
  const box = input("palette");
  box.click();
  expect(box.getAttribute("aria-expanded")).toBe("true");
  expect(options(field("palette"))).toHaveLength(10);
  box.value = "p7";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  expect(options(field("palette"))).toEqual(["p7"]);
  expect(field("palette").querySelector(`#${box.getAttribute("aria-activedescendant")}`).textContent).toBe("p7");
  press(box, "Enter");
  expect(box.getAttribute("aria-expanded")).toBe("false");
  press(box, "ArrowDown");
  press(box, "ArrowDown");
  press(box, "Enter");
  vi.advanceTimersByTime(300);
  expect(model.saved.map((saved) => saved.value.palette)).toEqual(["p8"]);
  box.click();
  box.value = "nonsense";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  press(box, "Enter");
  press(box, "Escape");
  expect(box.value).toBe("p8");
});

test("models show price, time and what they can; qualities of one are a switch", () => {
  const { model, field, input, pick } = draw();
  expect(field("model").querySelector(".gnf-facts").textContent).toBe("6 credits · about 2 sfrom a picture");
  input("model").click();
  expect(model.sent).toEqual([{ kind: "times" }]);
  expect(options(field("model"))).toEqual(["Schnell6 credits · about 2 sfrom a picture", "Pro80 credits", "Plain1 credit", "Fine 480p5 credits"]);
  press(input("model"), "Escape");
  expect(field("model").querySelector(".gnf-quality").hidden).toBe(true);
  pick("model", "Fine");
  const levels = field("model").querySelectorAll(".gnf-quality input");
  expect([...levels].map((radio) => [radio.value, radio.checked])).toEqual([["5", true], ["6", false]]);
  levels[1].checked = true;
  levels[1].dispatchEvent(new Event("change", { bubbles: true }));
  expect(input("model").value).toBe("Fine 720p");
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value.model).toBe("6");
  input("model").click();
  expect(options(field("model")).filter((text) => text?.startsWith("Fine"))).toEqual(["Fine 720p9 credits"]);
});

test("lengths are those of the model, and its own is shown", () => {
  const { model, field, pick, badge } = draw();
  expect(field("seconds").hidden).toBe(true);
  pick("model", "Pro");
  expect(field("seconds").hidden).toBe(false);
  expect(field("seconds").querySelector("input:checked").value).toBe("8");
  expect(badge.textContent).toContain("~634 credits");
  pick("seconds", "4");
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value.seconds).toBe(4);
  pick("model", "Schnell");
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value.seconds).toBe(null);
});

test("sound is asked for, or silence, or nothing is said", () => {
  const { model, field, pick, badge } = draw();
  expect(field("audio_track").querySelector("input:checked").value).toBe("");
  for (const [choice, said] of [["off", false], ["on", true], ["", null]]) {
    pick("audio_track", String(choice));
    vi.advanceTimersByTime(300);
    expect(model.saved.at(-1)?.value.audio_track).toBe(said);
  }
  expect(badge.textContent).toContain("~6 credits");
});

test("a team is a field once the account has one", () => {
  const { model, field, input, pick } = draw();
  expect(field("team").hidden).toBe(true);
  model.answer({ kind: "teams", teams: [] });
  expect(field("team").hidden).toBe(true);
  model.answer({ kind: "teams", teams: [{ value: "7", label: "Posters" }] });
  expect(field("team").hidden).toBe(false);
  pick("team", "7");
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value.team).toBe(7);
  model.answer({ kind: "teams", teams: [{ value: "7", label: "Posters" }] });
  expect([...input("team").options].map((option) => option.text)).toEqual(["None", "Posters"]);
  expect(input("team").value).toBe("7");
});

test("a team that was set is shown before anybody says what it is called", () => {
  const { field, input } = draw({ value: { ...value, team: 9 } });
  expect(field("team").hidden).toBe(false);
  expect(input("team").value).toBe("9");
});

test("what was changed can be put back, one field at a time", () => {
  const { model, field, pick, type } = draw();
  const undo = (/** @type {string} */ key) => field(key).querySelector(".gnf-undo");
  expect(undo("count").hidden).toBe(true);
  type("avoid", "rain");
  pick("aspect", "1:1");
  expect(undo("aspect").hidden).toBe(false);
  expect(undo("aspect").getAttribute("aria-label")).toBe("Reset: Aspect ratio");
  undo("aspect").click();
  undo("avoid").click();
  expect(field("aspect").querySelector("input:checked").value).toBe("16:9");
  expect(field("avoid").querySelector("input").value).toBe("");
  expect(undo("avoid").hidden).toBe(true);
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value).toEqual(value);
});

test("a picture by its address, or from what was made", () => {
  const { model, field, input, button } = draw();
  const box = input("image");
  box.value = "fox.png";
  box.dispatchEvent(new Event("change"));
  expect(field("image").textContent).toContain("no address");
  box.value = "https://a.example/pictures/fox.png?v=2";
  box.dispatchEvent(new Event("change"));
  expect(field("image").querySelector("li span").textContent).toBe("fox.png");
  button("Earlier")?.click();
  expect(model.sent.at(-1)).toEqual({ kind: "earlier", key: "image" });
  model.answer({ kind: "pictures", key: "image", refs: [photo.ref], items: [photo] }, [new DataView(new ArrayBuffer(8))]);
  const made = field("image").querySelector(".gnf-made");
  expect(made.getAttribute("aria-label")).toBe("a fox");
  expect(made.querySelector("img").src).toMatch(/^blob:/);
  made.click();
  expect(field("image").querySelector(".gnf-add").hidden).toBe(true); // two are the most
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value.image).toEqual([{ ref: "https://a.example/pictures/fox.png?v=2", name: "fox.png" }, photo]);
  field("image").querySelector("[aria-label='Remove fox.png']").click();
  vi.advanceTimersByTime(300);
  expect(model.saved.at(-1)?.value.image).toEqual([photo]);
});

const dropped = (/** @type {Element} */ box, /** @type {File[]} */ ...files) => {
  const event = new Event("drop", { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: { files } });
  box.dispatchEvent(event);
  return event;
};

test("a dropped file goes to Python as bytes, and not into the value", async () => {
  const { model, field, type } = draw();
  type("prompt", "mine");
  const event = dropped(field("image").querySelector(".gnf-media-box"), new File(["12345"], "fox.png"));
  await vi.waitFor(() => expect(model.sent).toHaveLength(1));
  expect(event.defaultPrevented).toBe(true);
  expect(model.sent[0]).toMatchObject({ kind: "file", key: "image", name: "fox.png" });
  expect(model.sent[0].buffers[0].byteLength).toBe(5);
  expect(model.saved.at(-1)?.value).toMatchObject({ prompt: "mine", image: [] });
  model.push({ revision: 2, value: { ...value, prompt: "mine", image: [photo] } });
  expect(field("image").querySelector("li span").textContent).toBe("a fox");
  expect(model.sent.at(-1)).toEqual({ kind: "thumbs", refs: [photo.ref] });
});

test("a file that cannot go is refused at its field", () => {
  const first = draw();
  dropped(first.field("image").querySelector(".gnf-media-box"), new File(["x".repeat(2_000)], "fox.png"));
  expect(first.field("image").textContent).toContain("is too large");
  cleanup();
  const second = draw({ schema: { ...schema, bytes: false } });
  expect(second.button("File…")).toBeUndefined();
  dropped(second.field("image").querySelector(".gnf-media-box"), new File(["x"], "fox.png"));
  expect(second.field("image").textContent).toContain("no files here");
  expect([...first.model.sent, ...second.model.sent]).toEqual([]);
});

test("what a model cannot do without is asked for", () => {
  const { model, field, pick, go } = draw();
  pick("model", "Plain");
  go.click();
  expect(field("image").textContent).toContain("This is needed first.");
  expect(model.sent.filter(({ kind }) => kind === "run")).toEqual([]);
});

test("presets are kept, loaded and forgotten by name", () => {
  const { model, el, button } = draw({ presets: ["poster"] });
  button("poster")?.click();
  el.querySelector("[aria-label='Forget poster']").click();
  const name = el.querySelector("[aria-label='Name']");
  name.value = " mine ";
  press(name, "Enter");
  button("Save")?.click();
  expect(model.sent).toEqual([{ kind: "load", name: "poster" }, { kind: "drop", name: "poster" }, { kind: "keep", name: "mine" }]);
  model.push({ presets: ["mine"], errors: { ":preset": "no such thing" } });
  expect(button("mine")).toBeDefined();
  expect(el.querySelector(".gnf-tools [role=alert]").textContent).toBe("no such thing");
});

test("code is asked for only while it is looked at", () => {
  const { model, el } = draw();
  model.push({ estimate: { ...price, seq: 0 } });
  expect(model.sent).toEqual([]);
  const panel = el.querySelector(".gnf-code").closest("details");
  panel.open = true;
  expect(model.sent).toEqual([{ kind: "code", as: "cell" }]);
  model.answer({ kind: "code", as: "curl", text: "late", note: "" });
  expect(el.querySelector(".gnf-code").textContent).toBe("");
  model.answer({ kind: "code", as: "cell", text: "%%generate image", note: "" });
  expect(el.querySelector(".gnf-code").textContent).toBe("%%generate image");
  model.push({ revision: 1, estimate: { ...price, seq: 1 } });
  model.push({ estimate: { ...price, seq: 1 } });
  expect(model.sent).toHaveLength(2);
});

test("a result can be gone on from", () => {
  const { model, button } = draw();
  expect(button("Vary")).toBeUndefined();
  model.push({ progress: { text: "6 credits charged", fraction: 1, state: "done", vary: true } });
  button("Vary")?.click();
  expect(model.sent).toEqual([{ kind: "vary" }]);
});

test("a price that got old says so, and is asked for anew when somebody comes back", () => {
  const { model, badge, heard, type, input, go } = draw();
  model.push({ estimate: { ...price, seq: 0 } });
  expect(heard.textContent).toBe("6 credits · about 1 s");
  type("prompt", "a fox");
  expect(heard.textContent).toBe("6 credits · about 1 s"); // nothing is announced while one types
  vi.advanceTimersByTime(300);
  model.push({ estimate: { ...price, seq: 1 } });
  vi.advanceTimersByTime(600_000);
  expect(badge.dataset.state).toBe("stale");
  expect(badge.textContent).toBe("6 credits · about 1 s · may have changed");
  expect(go.disabled).toBe(false);
  input("prompt").dispatchEvent(new Event("focusin", { bubbles: true }));
  expect(model.sent).toEqual([{ kind: "price" }]);
  model.push({ estimate: { ...price, seq: 1 } });
  expect(badge.dataset.state).toBe("price");
});

test("every model that comes by message is known", () => {
  const { field } = draw({ value: { ...value, model: "2" } });
  expect(models).toHaveLength(5);
  expect(field("model").querySelector("input").value).toBe("Pro");
});
