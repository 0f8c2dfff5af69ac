import { expect } from "vitest";
import widget from "../../generor_nb/widgets/form.js";
import { fakeModel } from "./model.js";

export const words = {
  go: "Generate",
  replay: "Show it again",
  free: "0 credits",
  fresh: "New sample",
  stop: "Stop waiting",
  more: "More settings",
  shortcut: "Ctrl+Enter",
  progress: "Progress",
  missing: "This is needed first.",
  pricing: "pricing…",
  stale: "the kernel is busy",
  old: "may have changed",
  amount: "{amount} credits",
  undo: "Reset",
  earlier: "Earlier",
  file: "File…",
  remove: "Remove {name}",
  nothing: "Nothing yet.",
  bad_address: "no address",
  no_upload: "no files here",
  too_large: "{size} MB is too large",
  vary: "Vary",
  quality: "Quality",
  presets: "Presets",
  preset_save: "Save",
  preset_name: "Name",
  preset_drop: "Forget {name}",
  code: "As code",
  copy: "Copy",
  sending: "starting…",
  private_help: "Only you can see what you make.",
  public_help: "Anybody can see what you make.",
};
export const options = (/** @type {string[]} */ ...values) => values.map((value) => ({ value, label: value }));
export const schema = {
  slug: "image",
  title: "Image",
  description: "A picture.",
  provider: "studio",
  fields: [
    { key: "prompt", kind: "prompt", label: "Prompt", required: true, max: 100 },
    { key: "image", kind: "media", label: "Picture", media: "image", most: 2, default: [] },
    { key: "model", kind: "model", label: "Model", default: "1" },
    { key: "aspect", kind: "shape", label: "Aspect ratio", default: "16:9" },
    { key: "seconds", kind: "steps", label: "Length", default: null },
    { key: "count", kind: "number", label: "How many", default: 1, min: 1, max: 10, step: 1 },
    { key: "style", kind: "choice", label: "Style", default: "auto", options: options("auto", "ink", "noir", "poster", "pixel") },
    { key: "palette", kind: "choice", label: "Palette", default: "p0", options: options(...[..."0123456789"].map((n) => `p${n}`)) },
    { key: "quality", kind: "choice", label: "Quality", options: [{ value: "standard", label: "Standard" }, { value: "fine", label: "Fine", note: "×1.5", multiplier: 1.5 }], default: "standard" },
    { key: "tiling", kind: "flag", label: "Tiling", default: false },
    { key: "avoid", kind: "text", label: "Avoid", default: "", advanced: true },
    { key: "seed", kind: "number", label: "Seed", step: 1, unset: "Default", default: null, advanced: true },
    { key: "audio_track", kind: "sound", label: "Sound", default: null, options: [{ value: "", label: "Default" }, ...options("on", "off")] },
    { key: "team", kind: "team", label: "Team", default: null, advanced: true, options: [{ value: "", label: "None" }] },
    { key: "public", kind: "privacy", label: "Who can see it", default: false, options: options("private", "public") },
  ],
  bytes: true,
  limit: 1000,
  model: { id: "1", name: "Schnell", price: "6 credits", cost: 6, about: "Quick.", chips: ["from a picture"], shapes: options("1:1", "16:9", "9:16"), steps: [], off: ["seconds"], needs: [] },
};
export const models = [
  { ...schema.model, time: "about 2 s" },
  { id: "2", name: "Pro", price: "80 credits", cost: 80, about: "Careful.", chips: [], shapes: options("1:1", "4:3"), steps: options("4", "8"), seconds: 8, off: ["picture"], needs: [] },
  { id: "3", name: "Plain", price: "1 credit", cost: 1, about: "", chips: [], shapes: [], steps: [], off: ["aspect", "seconds"], needs: ["image"] },
  { id: "5", name: "Fine 480p", price: "5 credits", cost: 5, about: "", chips: [], shapes: [], steps: [], off: ["seconds"], needs: [], siblings: { "480p": "5", "720p": "6" } },
  { id: "6", name: "Fine 720p", price: "9 credits", cost: 9, about: "", chips: [], shapes: [], steps: [], off: ["seconds"], needs: [], siblings: { "480p": "5", "720p": "6" } },
];
export const value = {
  prompt: "a lighthouse",
  model: "1",
  aspect: "16:9",
  count: 1,
  style: "auto",
  palette: "p0",
  image: [],
  seconds: null,
  quality: "standard",
  tiling: false,
  avoid: "",
  seed: null,
  audio_track: null,
  team: null,
  public: false,
};
export const price = { state: "price", text: "6 credits · about 1 s", price: "6 credits", seq: 0 };

/** @type {() => void} */ let leave = () => {};

/** Take the last form off the page. */
export function cleanup() {
  leave();
  leave = () => {};
}

export function draw(state = {}) {
  const model = fakeModel({ schema, words, value, revision: 0, estimate: price, busy: false, progress: { text: "", fraction: null }, errors: {}, presets: [], ...state });
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  leave = widget.render({ model, el });
  expect(model.sent.splice(0)).toEqual([{ kind: "models" }, { kind: "teams" }]);
  model.answer({ kind: "models", models });
  const field = (/** @type {string} */ key) => el.querySelector(`[data-key="${key}"]`);
  return {
    model,
    el,
    field,
    input: (/** @type {string} */ key, tag = "input, select, textarea") => field(key).querySelector(tag),
    go: el.querySelector("button.gnf-go"),
    badge: el.querySelector(".gnf-price"),
    heard: el.querySelector("output"),
    button: (/** @type {string} */ text) => [...el.querySelectorAll("button:not([hidden])")].find((b) => b.textContent.startsWith(text)),
    type(/** @type {string} */ key, /** @type {any} */ text) {
      const target = field(key).querySelector("input, textarea");
      target.value = String(text);
      target.dispatchEvent(new Event("input", { bubbles: true }));
    },
    pick(/** @type {string} */ key, /** @type {string} */ option) {
      const box = field(key).querySelector("[role=combobox]");
      if (box) {
        box.click();
        [...field(key).querySelectorAll("[role=option]")].find((item) => item.textContent.startsWith(option))?.click();
        return;
      }
      const list = field(key).querySelector("select");
      const target = list ?? field(key).querySelector(`input[value="${option}"]`);
      if (list) list.value = option;
      else target.checked = true;
      target.dispatchEvent(new Event("change", { bubbles: true }));
    },
  };
}
