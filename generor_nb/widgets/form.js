// @ts-check
// One self-contained module: anywidget loads it as a blob, so a relative import would not resolve.

/** @typedef {{ value: string, label: string, note?: string }} Option */
/**
 * @typedef {object} Field
 * @property {string} key
 * @property {"prompt" | "text" | "choice" | "number" | "flag" | "model" | "shape" | "privacy"} kind
 * @property {string} label
 * @property {string} [help]
 * @property {boolean} [required]
 * @property {boolean} [advanced]
 * @property {Option[]} [options]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {string} [unset] what an empty number stands for
 */
/**
 * @typedef {object} Schema
 * @property {string} slug
 * @property {string} title
 * @property {string} description
 * @property {string} provider
 * @property {Field[]} fields
 * @property {Record<string, { about: string, shapes: Option[] }>} models
 */
/** @typedef {{ state: string, text: string, seq: number, price?: string, replay?: boolean }} Estimate */
/** @typedef {{ text: string, fraction: number | null, state?: string }} Progress */
/**
 * @typedef {object} Host
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(content: object) => void} send
 * @property {(event: string, handler: () => void) => void} on
 * @property {(event: string, handler: () => void) => void} off
 */
/**
 * @typedef {object} Control
 * @property {HTMLElement} root
 * @property {HTMLElement} target what takes the focus
 * @property {(value: any) => void} set
 * @property {(options: Option[]) => void} [offer]
 */
/** @typedef {(field: Field, id: string, change: (value: any) => void) => Control} Maker */

const DEBOUNCE_MS = 300;
const LATCH_MS = 800; // longer than the slowest double click
const SILENCE_MS = 3000; // a kernel that has not answered by then is busy
const SEGMENTS = 4;

let views = 0;

// --- building ---

/**
 * An element. Text goes in as text nodes only, so what came from outside stays text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Sets text only when it differs: a live region repeats whatever is written to it.
 * @param {HTMLElement} node
 * @param {string} text
 */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = text === "";
}

/** @type {Maker} */
function writing(field, id, change) {
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
 * A few options side by side; radio buttons underneath, so that arrow keys and screen readers work.
 * @type {Maker}
 */
function segments(field, id, change) {
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
 * A number box, beside a slider when both ends are known.
 * @type {Maker}
 */
function number(field, id, change) {
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
function flag(_field, id, change) {
  const box = h("input", { id, type: "checkbox" });
  box.addEventListener("change", () => change(box.checked));
  return { root: box, target: box, set: (value) => void (box.checked = Boolean(value)) };
}

/** @type {Maker} */
function privacy(field, id, change) {
  const made = segments(field, id, (value) => change(value === "public"));
  return { ...made, set: (value) => made.set(value ? "public" : "private") };
}

/** @type {Maker} */
function choice(field, id, change) {
  return ((field.options?.length ?? 0) <= SEGMENTS ? segments : select)(field, id, change);
}

const MAKERS = { prompt: writing, text: writing, model: select, shape: segments, choice, number, flag, privacy };

/**
 * A label, its control, the help below it and a place for what is wrong with it.
 * @param {Field} field
 * @param {string} id
 * @param {(value: any) => void} change
 */
function row(field, id, change) {
  const made = MAKERS[field.kind](field, id, change);
  const help = h("small", { id: `${id}-help`, class: "gnf-help", hidden: !field.help }, field.help ?? "");
  const wrong = h("small", { id: `${id}-wrong`, class: "gnf-wrong", hidden: true });
  const grouped = made.target.getAttribute("role") === "radiogroup";
  const label = grouped
    ? h("span", { class: "gnf-label", id: `${id}-label` }, field.label)
    : h("label", { class: "gnf-label", for: id, id: `${id}-label` }, field.label);
  if (grouped) made.target.setAttribute("aria-labelledby", label.id);
  made.target.setAttribute("aria-describedby", `${help.id} ${wrong.id}`);
  const root = h("div", { class: `gnf-field gnf-${field.kind}`, "data-key": field.key }, label, made.root, help, wrong);
  return {
    ...made,
    root,
    label,
    /** @param {string} text */
    explain: (text) => write(help, text),
    /** @param {string} text */
    complain(text) {
      write(wrong, text);
      root.classList.toggle("gnf-bad", text !== "");
      made.target.setAttribute("aria-invalid", String(text !== ""));
    },
    /** @param {boolean} shown */
    show: (shown) => void (root.hidden = !shown),
    focus: () => (grouped ? made.target.querySelector("input") : made.target)?.focus(),
  };
}

// --- the form ---

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Schema} */ const schema = model.get("schema");
  /** @type {Record<string, string>} */ const words = model.get("words");
  /** @type {Record<string, any>} */ const draft = { ...model.get("value") };
  /** @type {Set<string>} */ const touched = new Set();
  const view = `gnf-${++views}`;
  let pause = 0; // timer of the next save
  let hush = 0; // timer of a kernel that does not answer
  let latch = 0; // timer of the double click
  let sending = false;
  let silent = false;
  /** @type {unknown} */ let offered; // the model whose shapes are on offer

  /** @type {Map<string, ReturnType<typeof row>>} */
  const rows = new Map();
  for (const field of schema.fields) {
    const made = row(field, `${view}-${field.key.replace(/[^\w-]/g, "_")}`, (value) => edit(field.key, value));
    rows.set(field.key, made);
  }

  const price = h("output", { class: "gnf-price", id: `${view}-price`, "aria-live": "polite" });
  const now = h("span", { class: "gnf-now", role: "status", hidden: true });
  const bar = h("progress", { max: 1, "aria-label": words.progress ?? "", hidden: true });
  const alert = h("div", { class: "gnf-alert", role: "alert", hidden: true });
  const stop = h("button", { type: "button", class: "gnf-quiet" }, words.stop ?? "");
  const fresh = h("button", { type: "button", class: "gnf-quiet" });
  const go = h("button", {
    type: "submit",
    class: "gnf-go",
    "aria-keyshortcuts": "Control+Enter Meta+Enter",
    "aria-describedby": price.id,
  });

  const of = (/** @type {(field: Field) => boolean} */ wanted) =>
    schema.fields.filter(wanted).flatMap((field) => rows.get(field.key)?.root ?? []);
  const rest = of((field) => Boolean(field.advanced));
  rows.get("prompt")?.label.append(h("kbd", { "aria-hidden": "true" }, words.shortcut ?? ""));
  const form = h(
    "form",
    { class: "gnf-card", novalidate: true, "aria-label": schema.title },
    h(
      "header",
      {},
      h("div", {}, h("strong", {}, schema.title), h("p", {}, schema.description)),
      h("span", { class: "gnf-chip" }, schema.provider),
    ),
    h(
      "div",
      { class: "gnf-body" },
      h("div", { class: "gnf-main" }, ...of((field) => field.kind === "prompt")),
      h("div", { class: "gnf-side" }, ...of((field) => field.kind !== "prompt" && !field.advanced)),
    ),
    ...(rest.length
      ? [h("details", {}, h("summary", {}, words.more ?? ""), h("div", { class: "gnf-side" }, ...rest))]
      : []),
    alert,
    h(
      "footer",
      {},
      h("div", { class: "gnf-status" }, price, now, bar),
      h("div", { class: "gnf-buttons" }, stop, fresh, go),
    ),
  );

  // --- syncing: the browser owns the draft; Python gets it when the typing pauses ---

  const busy = () => Boolean(model.get("busy"));

  function flush() {
    clearTimeout(pause);
    pause = 0;
    if (touched.size === 0) return;
    touched.clear();
    model.set("revision", (model.get("revision") ?? 0) + 1);
    model.set("value", { ...draft });
    model.save_changes();
    listen();
  }

  function listen() {
    clearTimeout(hush);
    silent = false;
    hush = Number(setTimeout(() => ((silent = true), drawFoot()), SILENCE_MS));
  }

  /**
   * @param {string} key
   * @param {any} value
   */
  function edit(key, value) {
    if (draft[key] === value) return;
    draft[key] = value;
    touched.add(key);
    rows.get(key)?.complain("");
    if (key === "model") follow();
    if (key === "public") drawPrivacy();
    clearTimeout(pause);
    pause = Number(setTimeout(flush, DEBOUNCE_MS));
    drawFoot();
  }

  /** The shapes on offer are those of the chosen model. */
  function follow() {
    if (offered === draft.model) return;
    offered = draft.model;
    const chosen = schema.models[String(draft.model)];
    rows.get("model")?.explain(chosen?.about ?? "");
    const shape = rows.get("aspect");
    if (!shape) return;
    const shapes = chosen?.shapes ?? [];
    shape.offer?.(shapes);
    shape.show(shapes.length > 0);
    if (!shapes.some((option) => option.value === draft.aspect)) edit("aspect", shapes[0]?.value ?? "");
    shape.set(draft.aspect);
  }

  /** @param {boolean} again */
  function run(again) {
    if (busy() || sending || latch || shown().state === "cannot_afford") return;
    const missing = schema.fields.find((field) => field.required && String(draft[field.key] ?? "").trim() === "");
    if (missing) {
      rows.get(missing.key)?.complain(words.missing ?? "");
      rows.get(missing.key)?.focus();
      return;
    }
    const before = shown();
    flush();
    sending = true;
    latch = Number(setTimeout(() => ((latch = 0), drawFoot()), LATCH_MS));
    listen();
    // The value travels with the click: the host may still be holding back the last save.
    model.send({
      kind: "run",
      click: `${Date.now()}-${Math.random().toString(36).slice(2)}`,
      value: { ...draft },
      revision: model.get("revision"),
      seen: before.state === "price" ? before.price : null,
      again,
    });
    drawFoot();
  }

  // --- painting: each function may run at any time and reads only the model and the draft ---

  /** @returns {Estimate} the price of the draft as it stands, never of an older one */
  function shown() {
    /** @type {Estimate} */ const estimate = model.get("estimate");
    if (!touched.size && estimate.seq === model.get("revision")) return estimate;
    return { state: silent ? "stale" : "pricing", text: (silent ? words.stale : words.pricing) ?? "", seq: 0 };
  }

  function drawPrivacy() {
    rows.get("public")?.explain((draft.public ? words.public_help : words.private_help) ?? "");
  }

  /** Only what differs is written: a number half typed must not be corrected under the fingers. */
  function drawValue() {
    const value = model.get("value");
    for (const [key, made] of rows) {
      if (touched.has(key) || draft[key] === value[key]) continue;
      draft[key] = value[key];
      made.set(draft[key]);
      made.complain("");
    }
    follow();
    drawPrivacy();
    drawFoot();
  }

  function drawErrors() {
    /** @type {Record<string, string>} */ const errors = model.get("errors");
    for (const [key, made] of rows) made.complain(errors[key] ?? "");
    write(alert, errors[""] ?? "");
    const first = [...rows].find(([key]) => errors[key]);
    first?.[1].root.closest("details")?.setAttribute("open", "");
  }

  function drawFoot() {
    const estimate = shown();
    /** @type {Progress} */ const progress = model.get("progress");
    const working = busy() || sending;
    const stuck = sending && silent;
    form.dataset.state = working ? "busy" : estimate.state;
    form.setAttribute("aria-busy", String(working));
    drawPrice(estimate);
    write(now, stuck ? (words.stale ?? "") : sending && !busy() ? (words.sending ?? "") : progress.text);
    now.dataset.state = working ? "busy" : (progress.state ?? "");
    bar.hidden = !working;
    if (busy() && typeof progress.fraction === "number") bar.value = progress.fraction;
    else bar.removeAttribute("value");
    const ready = estimate.state === "price";
    write(go, [ready && estimate.replay ? words.replay : words.go, ready ? (estimate.replay ? words.free : estimate.price) : ""].filter(Boolean).join(" · "));
    go.disabled = working || latch !== 0 || estimate.state === "cannot_afford";
    fresh.disabled = go.disabled;
    write(fresh, ready && estimate.replay && estimate.price && !working ? `${words.fresh} · ${estimate.price}` : "");
    stop.hidden = !busy();
  }

  /** @param {Estimate} estimate */
  function drawPrice(estimate) {
    price.dataset.state = estimate.state;
    price.hidden = estimate.text === "";
    if (price.textContent === estimate.text) return;
    const [first = "", ...others] = estimate.state === "price" ? estimate.text.split(" · ") : [estimate.text];
    price.replaceChildren(h("b", {}, first), ...others.map((text) => h("span", {}, ` · ${text}`)));
  }

  function drawBusy() {
    if (!busy()) sending = false;
    drawFoot();
  }

  function drawEstimate() {
    if (model.get("estimate").seq === model.get("revision")) {
      clearTimeout(hush);
      silent = false;
    }
    drawFoot();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(false);
  });
  fresh.addEventListener("click", () => run(true));
  stop.addEventListener("click", () => model.send({ kind: "stop" }));
  form.addEventListener("focusout", flush);
  el.addEventListener("keydown", guard);

  /** @param {KeyboardEvent} event */
  function guard(event) {
    event.stopPropagation(); // else "b" inserts a notebook cell
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      if (!event.repeat) run(false);
    } else if (event.target instanceof HTMLInputElement) {
      event.preventDefault(); // Enter in a number box must not spend
    }
  }

  /** @type {[string, () => void][]} */
  const watched = [
    ["change:value", drawValue],
    ["change:errors", drawErrors],
    ["change:estimate", drawEstimate],
    ["change:revision", drawFoot],
    ["change:busy", drawBusy],
    ["change:progress", drawFoot],
  ];
  for (const [event, handler] of watched) model.on(event, handler);
  for (const [key, made] of rows) made.set(draft[key]);
  drawValue();
  drawErrors();
  el.classList.add("gnf");
  el.replaceChildren(form);

  return () => {
    flush();
    for (const timer of [hush, latch]) clearTimeout(timer);
    for (const [event, handler] of watched) model.off(event, handler);
    el.removeEventListener("keydown", guard);
  };
}

export default { render };
