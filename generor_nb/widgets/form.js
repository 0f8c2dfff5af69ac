// @ts-check
// A form drawn from a generator's schema: the browser owns the draft, Python checks, prices and runs it.
import { button, guardKeys, h, listen, write } from "./_dom.js";
import { choice, flag, number, privacy, segments, sound, steps, team, writing } from "./_controls.js";
import { mediaField } from "./_media.js";
import { modelPicker } from "./_models.js";
import { guess, priceTag } from "./_price.js";
import { code, presets } from "./_tools.js";

/** @typedef {import("./_dom.js").Host} Host */
/** @typedef {import("./_dom.js").Words} Words */
/** @typedef {import("./_controls.js").Field} Field */
/** @typedef {import("./_controls.js").Option} Option */
/** @typedef {import("./_controls.js").Maker} Maker */
/** @typedef {import("./_models.js").Model} Model */
/** @typedef {import("./_price.js").Estimate} Estimate */
/** @typedef {{ text: string, fraction: number | null, state?: string, vary?: boolean }} Progress */
/**
 * @typedef {object} Schema
 * @property {string} title
 * @property {string} description
 * @property {string} provider
 * @property {boolean} bytes whether media can be given as files
 * @property {number} limit of a file, in bytes
 * @property {Field[]} fields
 * @property {Model} model the one to begin with; the others come as a message
 */

const DEBOUNCE_MS = 300;
const LATCH_MS = 800; // longer than the slowest double click
const SILENCE_MS = 3000; // a kernel that has not answered by then is busy
const STALE_MS = 600_000; // a price may have changed by then

/** @type {Record<string, Maker>} */
const MAKERS = { prompt: writing, text: writing, shape: segments, steps, choice, number, flag, privacy, sound, team };

let views = 0;

/**
 * A label, its control, the help below it and a place for what is wrong with it.
 * @param {Field} field
 * @param {string} id
 * @param {import("./_controls.js").Control} made
 * @param {string} undo
 * @param {() => void} reset
 */
function row(field, id, made, undo, reset) {
  const help = h("small", { id: `${id}-help`, class: "gnf-help", hidden: !field.help }, field.help ?? "");
  const wrong = h("small", { id: `${id}-wrong`, class: "gnf-wrong", hidden: true });
  const grouped = made.target.getAttribute("role") === "radiogroup";
  const name = grouped
    ? h("span", { class: "gnf-label", id: `${id}-label` }, field.label)
    : h("label", { class: "gnf-label", for: id, id: `${id}-label` }, field.label);
  const back = button("↺", reset, { class: "gnf-undo", title: undo, "aria-label": `${undo}: ${field.label}` });
  back.hidden = true;
  if (grouped) made.target.setAttribute("aria-labelledby", name.id);
  made.target.setAttribute("aria-describedby", `${help.id} ${wrong.id}`);
  const wide = grouped && (field.options?.length ?? 0) > 2 && (field.options ?? []).reduce((sum, { label, note }) => sum + `${label}${note ?? ""}`.length, 0) > 14;
  const root = h("div", { class: `gnf-field gnf-${field.kind}${wide ? " gnf-wide" : ""}`, "data-key": field.key }, h("div", { class: "gnf-head" }, name, back), made.root, help, wrong);
  return {
    ...made,
    root,
    name,
    /** @param {boolean} changed */
    mark: (changed) => void (back.hidden = !changed),
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

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Schema} */ const schema = model.get("schema");
  /** @type {Words} */ const words = model.get("words");
  /** @type {Record<string, any>} */ const draft = { ...model.get("value") };
  /** @type {Set<string>} */ const touched = new Set();
  /** @type {Map<string, string>} */ const pictures = new Map();
  const view = `gnf-${++views}`;
  let pause = 0; // timer of the next save
  let hush = 0; // timer of a kernel that does not answer
  let aging = 0; // timer of a price that gets old
  let latch = 0; // timer of the double click
  let sending = false;
  let silent = false;
  let old = false;
  let timed = false;
  let teamed = Boolean(draft.team); // the account has some
  /** @type {unknown} */ let followed; // the model that the fields are drawn for

  const send = (/** @type {object} */ content) => model.send(content);
  const desk = {
    words,
    bytes: schema.bytes,
    limit: schema.limit,
    picture: (/** @type {string} */ ref) => pictures.get(ref),
    complain: (/** @type {string} */ key, /** @type {string} */ text) => rows.get(key)?.complain(text),
    earlier: (/** @type {Field} */ field) => send({ kind: "earlier", key: field.key }),
    want(/** @type {string[]} */ refs) {
      const missing = refs.filter((ref) => !pictures.has(ref) && !/^https?:/i.test(ref));
      if (missing.length > 0) send({ kind: "thumbs", refs: missing });
    },
    async take(/** @type {Field} */ field, /** @type {File} */ file) {
      flush();
      rows.get(field.key)?.complain("");
      model.send({ kind: "file", key: field.key, name: file.name }, {}, [await file.arrayBuffer()]);
    },
  };

  /** @type {Map<string, ReturnType<typeof row>>} */ const rows = new Map();
  /** @type {Map<string, ReturnType<typeof mediaField>>} */ const media = new Map();
  /** @type {{ models?: ReturnType<typeof modelPicker> }} */ const ours = {};
  for (const field of schema.fields) {
    const id = `${view}-${field.key.replace(/[^\w-]/g, "_")}`;
    const made = control(field, id, (value) => edit(field.key, value));
    rows.set(field.key, row(field, id, made, words.undo ?? "", () => reset(field)));
  }

  /**
   * @param {Field} field
   * @param {string} id
   * @param {(value: any) => void} change
   */
  function control(field, id, change) {
    if (field.kind === "media") {
      const made = mediaField(field, id, change, desk);
      media.set(field.key, made);
      return made;
    }
    if (field.kind !== "model") return (MAKERS[field.kind] ?? writing)(field, id, change);
    ours.models = modelPicker(field, id, change, askTimes, words.quality ?? "");
    return ours.models;
  }

  const tag = priceTag(`${view}-price`);
  const now = h("span", { class: "gnf-now", role: "status", hidden: true });
  const bar = h("progress", { max: 1, "aria-label": words.progress ?? "", hidden: true });
  const alert = h("div", { class: "gnf-alert", role: "alert", hidden: true });
  const stop = button(words.stop ?? "", () => send({ kind: "stop" }));
  const vary = button(words.vary ?? "", () => send({ kind: "vary" }), { title: words.vary_help ?? "" });
  const fresh = button("", () => run(true));
  const go = h("button", {
    type: "submit",
    class: "gnf-go",
    "aria-keyshortcuts": "Control+Enter Meta+Enter",
    "aria-describedby": `${view}-price`,
  });
  const kept = presets(view, words, (content) => (flush(), send(content)));
  const written = code(view, words, (content) => (flush(), send(content)));

  const of = (/** @type {(field: Field) => boolean} */ wanted) =>
    schema.fields.filter(wanted).flatMap((field) => rows.get(field.key)?.root ?? []);
  const rest = of((field) => Boolean(field.advanced));
  const more = h("details", { class: "gnf-more" }, h("summary", {}, words.more ?? ""), h("div", { class: "gnf-side" }, ...rest));
  rows.get("prompt")?.name.append(h("kbd", { "aria-hidden": "true" }, words.shortcut ?? ""));
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
      h("div", { class: "gnf-main" }, ...of((field) => field.kind === "prompt" || field.kind === "media")),
      h("div", { class: "gnf-side" }, ...of((field) => field.kind !== "prompt" && field.kind !== "media" && !field.advanced)),
    ),
    more,
    alert,
    h("footer", {}, h("div", { class: "gnf-status" }, tag.root, now, bar), h("div", { class: "gnf-buttons" }, stop, vary, fresh, go)),
    h("div", { class: "gnf-tools" }, kept.root, written.root),
  );

  // --- syncing: Python gets the draft when the typing pauses ---

  const busy = () => Boolean(model.get("busy"));

  function flush() {
    clearTimeout(pause);
    pause = 0;
    if (touched.size === 0) return;
    touched.clear();
    model.set("revision", (model.get("revision") ?? 0) + 1);
    model.set("value", { ...draft });
    model.save_changes();
    expect();
  }

  /** Somebody has to answer now; else the kernel is busy. */
  function expect() {
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
    const made = rows.get(key);
    made?.complain("");
    made?.mark(isChanged(key));
    if (key === "model") follow();
    if (key === "public") drawPrivacy();
    if (key === "prompt") drawLength();
    clearTimeout(pause);
    pause = Number(setTimeout(flush, DEBOUNCE_MS));
    drawFoot();
  }

  const fieldOf = (/** @type {string} */ key) => schema.fields.find((field) => field.key === key);
  const isChanged = (/** @type {string} */ key) => key !== "prompt" && JSON.stringify(draft[key]) !== JSON.stringify(fieldOf(key)?.default ?? null);

  /** @param {Field} field */
  function reset(field) {
    rows.get(field.key)?.set(field.default ?? null);
    edit(field.key, field.default ?? null);
    follow(true);
    rows.get(field.key)?.focus();
  }

  /** The fields on offer are those that the chosen model makes something of. */
  function follow(again = false) {
    ours.models?.set(draft.model);
    const chosen = ours.models?.model(draft.model);
    if ((!again && followed === draft.model) || !chosen) return;
    followed = draft.model;
    rows.get("model")?.explain(chosen.about);
    for (const [key, made] of rows) made.show(!chosen.off.includes(key) && (key !== "team" || teamed));
    more.hidden = rest.every((root) => root.hidden);
    for (const key of ["aspect", "seconds"]) {
      const options = key === "aspect" ? chosen.shapes : chosen.steps;
      const made = rows.get(key);
      if (!made) continue;
      made.offer?.(options);
      const values = options.map(({ value }) => value);
      if (key === "aspect" && !values.includes(draft.aspect)) edit(key, values[0] ?? "");
      if (key === "seconds" && draft.seconds !== null && !values.includes(String(draft.seconds))) edit(key, null);
      made.set(key === "seconds" ? (draft.seconds ?? chosen.seconds) : draft.aspect);
    }
  }

  function askTimes() {
    if (timed) return;
    timed = true;
    send({ kind: "times" });
  }

  /** @param {boolean} again */
  function run(again) {
    if (busy() || sending || latch || shown().state === "cannot_afford") return;
    const needed = ours.models?.model(draft.model)?.needs ?? [];
    const missing = schema.fields.find(({ key, required }) => (required || needed.includes(key)) && isEmpty(draft[key]));
    if (missing) {
      rows.get(missing.key)?.complain(words.missing ?? "");
      rows.get(missing.key)?.focus();
      return;
    }
    const before = shown();
    flush();
    sending = true;
    latch = Number(setTimeout(() => ((latch = 0), drawFoot()), LATCH_MS));
    expect();
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
    const current = !touched.size && estimate.seq === model.get("revision");
    if (current && estimate.state === "price" && old) return { ...estimate, state: "stale", text: `${estimate.text} · ${words.old}` };
    if (current && estimate.state !== "pricing") return estimate;
    const about = guess(ours.models?.model(draft.model), schema.fields, draft);
    const told = (silent ? words.stale : words.pricing) ?? "";
    const text = about === null ? told : `~${(words.amount ?? "{amount}").replace("{amount}", about.toLocaleString("en-US"))} · ${told}`;
    return { state: silent ? "busy" : "pricing", text, seq: 0 };
  }

  function drawPrivacy() {
    rows.get("public")?.explain((draft.public ? words.public_help : words.private_help) ?? "");
  }

  /** How much of a long prompt is taken, once it gets near. */
  function drawLength() {
    const { max = Infinity, help = "" } = fieldOf("prompt") ?? {};
    const length = String(draft.prompt ?? "").length;
    const near = length > 0.9 * max;
    rows.get("prompt")?.explain(near ? `${length.toLocaleString("en-US")} / ${max.toLocaleString("en-US")}` : help);
  }

  /** Only what differs is written: a number half typed must not be corrected under the fingers. */
  function drawValue() {
    const value = model.get("value");
    for (const [key, made] of rows) {
      if (touched.has(key) || JSON.stringify(draft[key]) === JSON.stringify(value[key])) continue;
      draft[key] = value[key];
      made.set(draft[key]);
      made.complain("");
      made.mark(isChanged(key));
    }
    follow();
    if (draft.seconds === null) rows.get("seconds")?.set(ours.models?.model(draft.model)?.seconds);
    drawPrivacy();
    drawLength();
    drawFoot();
  }

  function drawErrors() {
    /** @type {Record<string, string>} */ const errors = model.get("errors");
    for (const [key, made] of rows) made.complain(errors[key] ?? "");
    write(alert, errors[""] ?? "");
    kept.complain(errors[":preset"] ?? "");
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
    tag.draw(estimate);
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
    vary.hidden = working || !progress.vary;
    stop.hidden = !busy();
  }

  function drawBusy() {
    if (!busy()) sending = false;
    drawFoot();
  }

  function drawEstimate() {
    if (model.get("estimate").seq === model.get("revision")) {
      clearTimeout(hush);
      clearTimeout(aging);
      silent = old = false;
      aging = Number(setTimeout(() => ((old = true), drawFoot()), STALE_MS));
    }
    written.ask(String(model.get("revision")));
    drawFoot();
  }

  /**
   * What Python answers: models, small pictures, code.
   * @param {any} content
   * @param {DataView[]} [buffers]
   */
  function hear(content, buffers = []) {
    if (content.kind === "models") {
      ours.models?.know(content.models);
      follow(true);
      drawFoot();
    } else if (content.kind === "teams") {
      teamed ||= content.teams.length > 0;
      rows.get("team")?.offer?.(content.teams);
      follow(true);
    } else if (content.kind === "code") written.draw(content);
    else if (content.kind === "pictures") {
      content.refs.forEach((/** @type {string} */ ref, /** @type {number} */ place) => {
        const data = buffers[place];
        if (data && data.byteLength > 0 && !pictures.has(ref)) pictures.set(ref, URL.createObjectURL(new Blob([/** @type {any} */ (data)], { type: "image/jpeg" })));
      });
      if (content.key) media.get(content.key)?.show(content.items);
      for (const made of media.values()) made.redraw();
    }
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      if (!event.repeat) run(false);
    } else if (event.target instanceof HTMLInputElement) {
      event.preventDefault(); // Enter in a number box must not spend
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(false);
  });
  form.addEventListener("focusout", flush);
  form.addEventListener("focusin", () => old && send({ kind: "price" }));
  const free = guardKeys(el, keys);
  const leave = listen(model, {
    "change:value": drawValue,
    "change:errors": drawErrors,
    "change:estimate": drawEstimate,
    "change:revision": drawFoot,
    "change:busy": drawBusy,
    "change:progress": drawFoot,
    "change:presets": () => kept.draw(model.get("presets")),
    "msg:custom": hear,
  });
  ours.models?.know([schema.model]);
  for (const [key, made] of rows) {
    made.set(draft[key]);
    made.mark(isChanged(key));
  }
  kept.draw(model.get("presets"));
  drawValue();
  drawErrors();
  el.classList.add("gnf");
  el.replaceChildren(form);
  send({ kind: "models" });
  if (rows.has("team")) send({ kind: "teams" });

  return () => {
    flush();
    for (const timer of [hush, aging, latch]) clearTimeout(timer);
    for (const source of pictures.values()) URL.revokeObjectURL(source);
    leave();
    free();
  };
}

/** @param {any} value */
function isEmpty(value) {
  return Array.isArray(value) ? value.length === 0 : String(value ?? "").trim() === "";
}

export default { render };
