// @ts-check
// One maker per kind of field: it draws a control, says when it was changed, and can be set.
import { h } from "./_dom.js";

/** @typedef {{ value: string, label: string, note?: string, multiplier?: number, words?: string }} Option */
/**
 * @typedef {object} Field
 * @property {string} key
 * @property {string} kind
 * @property {string} label
 * @property {string} [help]
 * @property {any} [default]
 * @property {boolean} [required]
 * @property {boolean} [advanced]
 * @property {Option[]} [options]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {string} [unset] what an empty number stands for
 * @property {string} [media] image, video or audio
 * @property {number} [most]
 */
/**
 * @typedef {object} Control
 * @property {HTMLElement} root
 * @property {HTMLElement} target what takes the focus
 * @property {(value: any) => void} set
 * @property {(options: Option[]) => void} [offer]
 */
/** @typedef {(field: Field, id: string, change: (value: any) => void) => Control} Maker */

const SEGMENTS = 4; // more than so many are a list
const LONG = 8; // more than so many can be searched
const LIST_PX = 280;

/** @type {Maker} */
export function writing(field, id, change) {
  const common = { id, required: field.required };
  const input =
    field.kind === "prompt"
      ? h("textarea", { ...common, rows: 4 })
      : h("input", { ...common, type: "text", autocomplete: "off" });
  input.addEventListener("input", () => change(input.value));
  return { root: input, target: input, set: (value) => void (input.value = value ?? "") };
}

/** @type {Maker} */
function select(field, id, change) {
  const choices = (field.options ?? []).map(({ value, label, note }) =>
    h("option", { value }, note ? `${label} · ${note}` : label),
  );
  const list = h("select", { id }, ...choices);
  list.addEventListener("change", () => change(list.value));
  return {
    root: h("span", { class: "gnf-select" }, list),
    target: list,
    set: (value) => void (list.value = String(value ?? "")),
  };
}

/**
 * The account's teams, once they are known; a number that is none of them is shown all the same.
 * @type {Maker}
 */
export function team(field, id, change) {
  const made = select(field, id, (value) => change(value === "" ? null : Number(value)));
  const list = /** @type {HTMLSelectElement} */ (made.target);
  const add = (/** @type {string} */ value, label = value) => void ([...list.options].some((o) => o.value === value) || list.append(h("option", { value }, label)));
  return {
    ...made,
    set(value) {
      if (value) add(String(value));
      made.set(value);
    },
    offer(options) {
      const chosen = list.value;
      list.replaceChildren(list.options[0] ?? "");
      for (const option of options) add(option.value, option.label);
      if (chosen) add(chosen);
      list.value = chosen;
    },
  };
}

/**
 * A few options side by side; radio buttons underneath, so that arrow keys and screen readers work.
 * @type {Maker}
 */
export function segments(field, id, change) {
  const shape = field.kind === "shape";
  const group = h("div", { id, role: "radiogroup", class: shape ? "gnf-shapes" : "gnf-segments" });
  let chosen = "";
  const set = (/** @type {any} */ value) => {
    chosen = String(value ?? "");
    for (const radio of group.querySelectorAll("input")) radio.checked = radio.value === chosen;
  };
  const offer = (/** @type {Option[]} */ options) => {
    const long = options.reduce((sum, option) => sum + option.label.length, 0) > 22;
    group.classList.toggle("gnf-square", options.length === 4 && long);
    group.replaceChildren(
      ...options.map((option) => {
        const radio = h("input", { type: "radio", name: id, value: option.value });
        radio.addEventListener("change", () => {
          chosen = option.value;
          change(option.value);
        });
        const face = h("span", {}, ...(shape ? [silhouette(option.value)] : []), option.label);
        if (option.note) face.append(h("small", {}, option.note));
        return h("label", {}, radio, face);
      }),
    );
    set(chosen);
  };
  offer(field.options ?? []);
  return { root: group, target: group, set, offer };
}

/**
 * The outline of a ratio like "16:9".
 * @param {string} ratio
 */
function silhouette(ratio) {
  const [across = 1, down = 1] = ratio.split(":").map(Number);
  const unit = 18 / Math.max(across, down);
  const height = Math.round(down * unit) || 18;
  const box = h("i", { "aria-hidden": "true" });
  box.style.width = `${Math.round(across * unit) || 18}px`;
  box.style.height = `${height}px`;
  box.style.marginBlock = `${(18 - height) / 2}px`;
  return box;
}

/**
 * The lengths that a model can make, side by side; nothing chosen means its own.
 * @type {Maker}
 */
export function steps(field, id, change) {
  const made = segments(field, id, (value) => change(value === "" ? null : Number(value)));
  return { ...made, set: (value) => made.set(value ?? "") };
}

/**
 * A number box, beside a slider when both ends are known.
 * @type {Maker}
 */
export function number(field, id, change) {
  const { min, max, step, unset } = field;
  const limits = { min, max, step: step ?? "any" };
  const box = h("input", { id, type: "number", inputmode: "decimal", autocomplete: "off", placeholder: unset, ...limits });
  const bounded = typeof min === "number" && typeof max === "number";
  const range = bounded ? h("input", { type: "range", "aria-label": field.label, ...limits }) : null;
  const fit = (/** @type {number} */ value) => {
    const from = min ?? 0;
    const stepped = step ? Number((from + Math.round((value - from) / step) * step).toFixed(6)) : value;
    return Math.max(min ?? -Infinity, Math.min(max ?? Infinity, stepped));
  };
  let last = /** @type {number | null} */ (null);
  const slide = () => range && (range.value = String(last ?? min));
  const keep = (/** @type {number | null} */ value) => {
    last = value;
    slide();
    change(value);
  };
  box.addEventListener("input", () => {
    const typed = box.valueAsNumber;
    if (box.value === "" && unset) keep(null);
    else if (Number.isFinite(typed) && fit(typed) === typed) keep(typed);
  });
  box.addEventListener("change", () => {
    if (Number.isFinite(box.valueAsNumber)) keep(fit(box.valueAsNumber));
    box.value = String(last ?? "");
  });
  range?.addEventListener("input", () => {
    box.value = range.value;
    keep(Number(range.value));
  });
  return {
    root: range ? h("div", { class: "gnf-pair" }, range, box) : box,
    target: box,
    set(value) {
      last = value ?? null;
      box.value = String(last ?? "");
      slide();
    },
  };
}

/** @type {Maker} */
export function flag(_field, id, change) {
  const box = h("input", { id, type: "checkbox" });
  box.addEventListener("change", () => change(box.checked));
  return { root: box, target: box, set: (value) => void (box.checked = Boolean(value)) };
}

/** @type {Maker} */
export function privacy(field, id, change) {
  const made = segments(field, id, (value) => change(value === "public"));
  return { ...made, set: (value) => made.set(value ? "public" : "private") };
}

/**
 * With sound, without, or as the model does when nobody says.
 * @type {Maker}
 */
export function sound(field, id, change) {
  const made = segments(field, id, (value) => change(value === "" ? null : value === "on"));
  return { ...made, set: (value) => made.set(value === null || value === undefined ? "" : value ? "on" : "off") };
}

/** @type {Maker} */
export function choice(field, id, change) {
  const many = field.options?.length ?? 0;
  if (many <= SEGMENTS) return segments(field, id, change);
  return many <= LONG ? select(field, id, change) : searchable(field, id, change);
}

/** @param {Option} option */
function plainFace({ label, note }) {
  return [h("span", { class: "gnf-name" }, label), ...(note ? [h("small", {}, note)] : [])];
}

/**
 * Whether there is more room in the form above a box than below it.
 * @param {HTMLElement} box
 */
function isLow(box) {
  const card = box.closest("form")?.getBoundingClientRect();
  const here = box.getBoundingClientRect();
  return card !== undefined && card.bottom - here.bottom < Math.min(LIST_PX, here.top - card.top);
}

/**
 * A list that opens below its box and is narrowed by typing.
 * @param {Field} field
 * @param {string} id
 * @param {(value: any) => void} change
 * @param {{ face?: (option: Option) => Node[], opened?: () => void }} [more] how an option looks; told when it opens
 * @returns {Control & { offer: (options: Option[]) => void }}
 */
export function searchable(field, id, change, { face = plainFace, opened } = {}) {
  const list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": field.label, hidden: true });
  const box = h("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  });
  let options = field.options ?? [];
  let chosen = "";
  let found = options;
  let at = -1;

  const label = () => options.find((option) => option.value === chosen)?.label ?? chosen;
  const isOpen = () => !list.hidden;

  function draw() {
    list.replaceChildren(
      ...found.map((option, place) => {
        const item = h(
          "li",
          { id: `${id}-${place}`, role: "option", "aria-selected": String(option.value === chosen), class: place === at ? "gnf-at" : null },
          ...face(option),
        );
        item.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
        item.addEventListener("click", () => pick(option));
        return item;
      }),
    );
    if (at >= 0) box.setAttribute("aria-activedescendant", `${id}-${at}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView?.({ block: "nearest" });
  }

  /** @param {string} text */
  function narrow(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const all = (/** @type {Option} */ o) => `${o.label} ${o.note ?? ""} ${o.words ?? ""}`.toLowerCase();
    found = options.filter((option) => words.every((word) => all(option).includes(word)));
    at = found.length === 0 ? -1 : Math.max(0, found.findIndex((option) => option.value === chosen));
    draw();
  }

  function open() {
    if (isOpen()) return;
    list.hidden = false;
    list.classList.toggle("gnf-up", isLow(box));
    box.setAttribute("aria-expanded", "true");
    box.select();
    narrow("");
    opened?.();
  }

  function close() {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    box.value = label();
  }

  /** @param {Option} option */
  function pick(option) {
    chosen = option.value;
    close();
    change(option.value);
  }

  box.addEventListener("click", open);
  box.addEventListener("blur", close);
  box.addEventListener("input", () => {
    const typed = box.value;
    open();
    narrow(typed);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const picked = found[at];
    if (step && isOpen()) at = (at + step + found.length) % Math.max(1, found.length);
    if (step) isOpen() ? draw() : open();
    else if (event.key === "Enter" && isOpen() && picked && !event.ctrlKey && !event.metaKey) pick(picked);
    else if (event.key === "Escape" && isOpen()) close();
    else return;
    event.preventDefault();
  });
  return {
    root: h("div", { class: "gnf-search" }, h("span", { class: "gnf-select" }, box), list),
    target: box,
    set(value) {
      chosen = String(value ?? "");
      if (!isOpen()) box.value = label();
    },
    offer(offered) {
      options = offered;
      if (isOpen()) narrow(box.value === label() ? "" : box.value);
      else box.value = label();
    },
  };
}
