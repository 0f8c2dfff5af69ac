// @ts-check
import { button, guardKeys, h, write } from "./_dom.js";

/** @typedef {{ key: string, kind: string, prompt?: string, about?: string, text?: string }} Row */
/** @typedef {[value: string, label: string]} Option */

const GAP = 12;
const LEAST = 158; // pixels across
const CAPTION = 68;
const SCREENS = 2; // read ahead
const OVERSCAN = 2; // rows drawn beyond what can be seen
const THUMBS = 600; // that the page holds
const REST_MS = 90; // before pictures are asked for
const TYPING_MS = 350;
const SILENCE_MS = 3000; // then the kernel is busy
const SIGNS = /** @type {Record<string, string>} */ ({ image: "▢", video: "▶", audio: "♪", text: "¶", vector: "◇" });

let views = 0;

/** @param {string} text @param {() => void} act */
const press = (text, act, name = "gng-quiet") => button(text, act, { class: name });

/** A drawing gets an address without origin. @param {string} mime @param {DataView[]} parts */
function addressOf(mime, parts) {
  if (mime === "image/svg+xml") return `data:${mime},${encodeURIComponent(new TextDecoder().decode(parts[0]))}`;
  return URL.createObjectURL(new Blob(/** @type {any[]} */ (parts), { type: mime }));
}

/** @param {string | undefined} address */
const release = (address) => address?.startsWith("blob:") && URL.revokeObjectURL(address);

/** @param {{ model: import("./_dom.js").Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Record<string, string>} */ const words = model.get("words");
  const view = `gng-${++views}`;
  let asked = { ...model.get("asked") };
  /** @type {Row[]} */ let rows = [];
  const fresh = { ended: false, paused: false, trouble: "", status: "", total: -1 };
  let state = fresh;
  let waiting = false; // for rows
  let hush = 0, typing = 0, rest = 0, frame = 0; // timers
  let current = 0; // the cell that Tab reaches
  let chosen = ""; // the key of the reference
  /** @type {Map<string, string>} */ const thumbs = new Map(); // addresses by key; empty for none
  /** @type {Map<number, HTMLLIElement>} */ const drawn = new Map();

  const word = (/** @type {string} */ name) => words[name] ?? name;

  // --- the bar: what is looked for ---

  const option = (/** @type {Option} */ [value, label]) => h("option", { value }, label);
  const pick = (/** @type {string[]} */ ...names) => h("select", {}, ...names.map((name) => option([name, word(name || "any")])));
  const source = h("select", { "aria-label": word("source") }, option([`${asked.kind} ${asked.what}`, word("title")]));
  const search = h("input", { type: "search", "aria-label": word("search"), placeholder: word("search") });
  const order = pick("newest", "oldest");
  const filters = { type: pick("", ...Object.keys(SIGNS)), generator: pick(""), model: pick(""), since: h("input", { type: "date" }), until: h("input", { type: "date" }) };
  const fields = Object.entries(filters);
  const clear = press(word("clear"), () => {
    for (const [, control] of fields) control.value = "";
    search.value = "";
    order.value = "newest";
    find();
  });
  const label = (/** @type {string} */ name, /** @type {HTMLElement} */ control) => h("label", {}, h("span", {}, word(name)), control);
  const more = h(
    "details",
    {},
    h("summary", {}, word("filters")),
    h("div", { class: "gng-filters" }, ...fields.map(([name, control]) => label(name, control)), label("order", order), clear),
  );
  const bar = h("div", { class: "gng-bar", role: "search", "aria-label": word("title") }, source, search, more);

  /** @param {{ sources: { label: string, options: Option[] }[], generators: Option[], models: Option[] }} choices */
  function offer({ sources, generators, models }) {
    source.replaceChildren(...sources.map(({ label, options }) => h("optgroup", { label }, ...options.map(option))));
    // Another view may have asked: they come more than once.
    filters.generator.replaceChildren(option(["", word("any")]), ...generators.map(option));
    filters.model.replaceChildren(option(["", word("any")]), ...models.map(option));
    drawBar();
  }

  function drawBar() {
    source.value = `${asked.kind} ${asked.what}`;
    if (document.activeElement !== search) search.value = asked.words;
    for (const [name, control] of fields) control.value = asked[name];
    order.value = asked.oldest ? "oldest" : "newest";
    order.disabled = asked.kind === "feed";
    more.dataset.set = String(fields.filter(([name]) => asked[name]).length || "");
  }

  function find() {
    clearTimeout(typing);
    const [kind = "", what = ""] = source.value.split(/ (.*)/s);
    const query = { kind, what, words: search.value, oldest: order.value === "oldest" };
    for (const [name, control] of fields) Object.assign(query, { [name]: control.value });
    asked = { ...query, seq: asked.seq + 1 };
    drawBar();
    begin();
    model.send({ kind: "find", seq: asked.seq, query });
    listen();
  }

  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = Number(setTimeout(find, TYPING_MS));
  });
  for (const control of [source, order, ...Object.values(filters)]) control.addEventListener("change", find);

  // --- the grid: only what can be seen is drawn ---

  const list = h("ul", { class: "gng-grid", "aria-label": word("title") });
  const scroll = h("div", { class: "gng-scroll" }, list);
  const status = h("output", { class: "gng-status", "aria-live": "polite" });
  const further = press("", () => {
    state.trouble = "";
    ask();
  });
  const alert = h("div", { class: "gng-alert", role: "alert", hidden: true });

  let size = { across: 720, high: 560 }; // as last seen: JupyterLab takes a cell that nobody sees off the page

  function shape() {
    size = { across: scroll.clientWidth || size.across, high: scroll.clientHeight || size.high };
    const { across, high } = size;
    const columns = Math.max(1, Math.floor((across + GAP) / (LEAST + GAP)));
    const width = (across - GAP * (columns - 1)) / columns;
    const height = Math.round(width * 0.75) + CAPTION;
    return { columns, width, height, step: height + GAP, high };
  }

  /** Forget what was shown: another query begins. */
  function begin() {
    rows = [];
    state = { ...fresh };
    list.replaceChildren();
    drawn.clear();
    waiting = true;
    drawNow();
  }

  function ask() {
    if (waiting || state.ended || state.trouble) return;
    model.send({ kind: "rows", seq: asked.seq, at: rows.length });
    listen();
  }

  function listen() {
    waiting = true;
    state.paused = false;
    clearTimeout(hush);
    hush = Number(setTimeout(() => write(status, word("silent")), SILENCE_MS));
    drawStatus();
  }

  /** @param {Row} row @param {number} place */
  function cell(row, place) {
    const button = press("", () => open(place), "gng-cell");
    const shown = thumbs.get(row.key);
    const face = h("span", { class: "gng-face" });
    const sign = h("span", { class: shown ? "gng-badge" : "gng-sign", "aria-hidden": "true" }, SIGNS[row.kind] ?? "");
    if (shown) face.append(h("img", { src: shown, alt: "" }));
    else if (row.text) face.append(h("span", { class: "gng-words" }, row.text));
    if (row.kind !== (shown ? "image" : row.text ? "text" : "")) face.append(sign);
    if (row.key === chosen) face.append(h("span", { class: "gng-chosen" }, `✓ ${word("picked")}`));
    button.append(face, h("span", { class: "gng-prompt" }, row.prompt ?? ""), h("small", {}, row.about ?? ""));
    button.addEventListener("focus", () => (current = place));
    return button;
  }

  /** A cell in its place; drawn anew when it shows something else. @param {number} place @param {ReturnType<typeof shape>} form */
  function put(place, { columns, width, height, step }) {
    const row = /** @type {Row} */ (rows[place]);
    const mark = `${row.key} ${thumbs.has(row.key)} ${row.about} ${row.key === chosen}`;
    const item = drawn.get(place) ?? h("li", {});
    if (item.dataset.mark !== mark) {
      const focused = item.contains(document.activeElement);
      const made = cell(row, place);
      item.replaceChildren(made);
      item.dataset.mark = mark;
      if (focused) made.focus({ preventScroll: true });
    }
    item.setAttribute("aria-posinset", String(place + 1));
    item.setAttribute("aria-setsize", String(state.total));
    item.style.cssText = `width:${width}px;height:${height}px;left:${(place % columns) * (width + GAP)}px;top:${Math.floor(place / columns) * step}px`;
    if (!item.parentNode) list.append(item);
    drawn.set(place, item);
  }

  function drawNow() {
    cancelAnimationFrame(frame);
    frame = 0;
    scroll.hidden = rows.length === 0;
    const form = shape();
    const { columns, step, high } = form;
    const lines = Math.ceil(rows.length / columns);
    list.style.height = `${lines * step}px`;
    const first = Math.max(0, Math.floor(scroll.scrollTop / step) - OVERSCAN) * columns;
    const last = Math.min(rows.length, (Math.ceil((scroll.scrollTop + high) / step) + OVERSCAN) * columns);
    for (const [place, item] of drawn) {
      const kept = item.contains(document.activeElement) && place < rows.length;
      if ((place < first || place >= last) && !kept) {
        item.remove();
        drawn.delete(place);
      }
    }
    for (let place = first; place < last; place++) put(place, form);
    if (!drawn.has(current) && rows.length) current = Math.min(first, rows.length - 1);
    for (const [place, item] of drawn) item.querySelectorAll("button").forEach((button) => (button.tabIndex = place === current ? 0 : -1));
    if (!state.paused && lines * step < scroll.scrollTop + high * (1 + SCREENS)) ask();
    drawStatus();
  }

  const soon = () => void (frame ||= requestAnimationFrame(drawNow));

  function moved() {
    clearTimeout(rest);
    rest = Number(setTimeout(want, REST_MS));
    soon();
  }

  /** Ask for the pictures that can be seen; the kernel calls off the others. */
  function want() {
    const seen = [...drawn.keys()].map((place) => rows[place]?.key ?? "");
    const keys = seen.filter((key) => !thumbs.has(key));
    if (keys.length) model.send({ kind: "thumbs", keys });
    for (const [key, address] of thumbs) {
      if (thumbs.size <= THUMBS) break;
      if (seen.includes(key)) continue;
      release(address);
      thumbs.delete(key);
    }
  }

  function drawStatus() {
    write(status, waiting && !rows.length ? word("reading") : state.status);
    write(further, state.trouble ? word("retry") : state.paused ? word("further") : "");
    write(alert, state.trouble);
  }

  scroll.addEventListener("scroll", moved);
  scroll.addEventListener("keydown", (event) => {
    const { columns, step, high } = shape();
    const page = columns * Math.max(1, Math.floor(high / step));
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page, PageDown: page, Home: -current, End: rows.length };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    reach(Math.max(0, Math.min(rows.length - 1, current + move)));
  });

  /** Bring the focus to a cell, scrolled to. @param {number} place */
  function reach(place) {
    const { columns, height, step, high } = shape();
    const top = Math.floor(place / columns) * step;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + height > scroll.scrollTop + high) scroll.scrollTop = top + height - high;
    current = place;
    drawNow();
    drawn.get(place)?.querySelector("button")?.focus({ preventScroll: true });
  }

  // --- one creation, large ---

  const stage = h("div", { class: "gng-stage" });
  const title = h("h3", { id: `${view}-title` });
  const prose = h("div", { class: "gng-prose" });
  const facts = h("dl", {});
  const rating = h("fieldset", { class: "gng-stars" }, h("legend", {}, word("rating")));
  const average = h("small", {});
  const actions = h("div", { class: "gng-actions" });
  const folder = h("input", { type: "text", value: "outputs" });
  const saving = h("form", { class: "gng-save" }, label("folder", folder), h("button", { class: "gng-quiet" }, word("save")));
  const question = h("div", { class: "gng-question", role: "alert" });
  const said = h("output", { class: "gng-said", "aria-live": "polite" });
  const before = press("‹", () => step(-1), "gng-turn");
  const after = press("›", () => step(1), "gng-turn");
  const close = press("✕", () => dialog.close(), "gng-turn");
  for (const [name, button] of Object.entries({ before, after, close })) button.setAttribute("aria-label", word(name));
  const dialog = h(
    "dialog",
    { class: "gng-dialog", "aria-labelledby": title.id },
    h("div", { class: "gng-turns" }, before, after, close),
    stage,
    h("div", { class: "gng-side" }, title, prose, facts, rating, actions, saving, question, said),
  );
  /** @type {{ key: string, address: string, parts: DataView[] }} */ let shown = { key: "", address: "", parts: [] };

  /** @param {string} key */
  const placeOf = (key) => rows.findIndex((row) => row.key === key);

  const step = (/** @type {number} */ by) => open(placeOf(shown.key) + by);

  /** @param {number} place */
  function open(place) {
    const row = rows[place];
    if (!row) return;
    shut();
    shown = { key: row.key, address: "", parts: [] };
    current = place;
    title.textContent = row.prompt ?? "";
    for (const part of [facts, prose, rating, actions, saving, question, said]) part.hidden = true;
    const small = thumbs.get(row.key);
    if (small) stage.append(h("img", { src: small, alt: "", class: "gng-coming" }));
    stage.append(h("span", { class: "gng-loading" }, word("loading")));
    stage.hidden = row.kind === "text";
    before.disabled = place === 0;
    after.disabled = place === rows.length - 1;
    if (!dialog.open) dialog.showModal();
    model.send({ kind: "look", key: row.key });
  }

  /** Stop what plays, and let go of it. */
  function shut() {
    stage.replaceChildren();
    release(shown.address);
  }

  /** @param {{ prompt: string, text: string, facts: Option[], acts: { kind: string, label: string, ask?: string }[] }} told */
  function drawDetails({ prompt, text, facts: known, acts }) {
    title.textContent = prompt;
    write(prose, text);
    facts.replaceChildren(...known.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
    actions.replaceChildren(
      ...acts.map(({ kind, label, ask }) =>
        press(label, () => (ask ? confirm(ask, kind, label) : send({ kind })), kind === "pick" ? "gng-go" : "gng-quiet"),
      ),
    );
    for (const part of [facts, actions, saving]) part.hidden = false;
  }

  /** @param {object} told of the one that is open */
  function send(told) {
    write(said, word("loading"));
    said.dataset.bad = "";
    model.send({ ...told, key: shown.key });
  }

  /** Asked first, with the safe answer in front. @param {string} ask @param {string} kind @param {string} label */
  function confirm(ask, kind, label) {
    const answer = (/** @type {string} */ text, sure = false) =>
      press(text, () => {
        question.hidden = true;
        close.focus();
        if (sure) send({ kind, sure });
      }, sure ? "gng-danger" : "gng-quiet");
    const no = answer(word("keep"));
    question.replaceChildren(h("span", {}, ask), no, answer(label, true));
    question.hidden = false;
    no.focus();
  }

  saving.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ kind: "save", folder: folder.value });
  });
  for (let score = 1; score <= 5; score++) {
    const radio = h("input", { type: "radio", name: `${view}-rating`, value: score, "aria-label": `${score} / 5` });
    radio.addEventListener("change", () => send({ kind: "rate", score }));
    rating.append(h("label", {}, radio, h("span", { "aria-hidden": "true" }, "★")));
  }
  rating.append(average);
  dialog.addEventListener("keydown", ({ target, key }) => {
    if (/** @type {HTMLElement} */ (target).closest("input, video, audio")) return;
    if (key === "ArrowLeft") step(-1);
    if (key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => {
    shut();
    shown = { key: "", address: "", parts: [] };
    if (rows.length) reach(Math.min(current, rows.length - 1));
  });

  /** @param {{ mime: string, part: number, of: number }} told @param {DataView[]} buffers */
  function drawWhole({ mime, part, of }, buffers) {
    if (part === 0) shown.parts = [];
    shown.parts.push(...buffers);
    if (shown.parts.length < of) return;
    const src = addressOf(mime, shown.parts);
    const name = title.textContent;
    shut();
    shown = { ...shown, address: src, parts: [] };
    const plays = ["video", "audio"].find((kind) => mime.startsWith(kind));
    stage.append(plays ? h(/** @type {"video"} */ (plays), { src, controls: true, playsinline: true, "aria-label": name }) : h("img", { src, alt: name }));
  }

  // --- what the kernel says ---

  /** @type {Record<string, (told: any, buffers: DataView[]) => void>} */
  const hear = {
    choices: offer,
    rows(told) {
      if (told.seq < asked.seq) return;
      if (told.seq > asked.seq) adopt();
      waiting = false;
      clearTimeout(hush);
      told.rows.forEach((/** @type {Row} */ row, /** @type {number} */ index) => (rows[told.at + index] = row));
      state = told;
      drawNow();
      moved();
    },
    thumbs(told, buffers) {
      let next = 0;
      for (const [key, mime] of told.thumbs) {
        release(thumbs.get(key));
        const data = mime ? buffers[next++] : undefined;
        thumbs.set(key, data ? addressOf(mime, [data]) : "");
      }
      soon();
    },
    row({ key, row }) {
      if (placeOf(key) >= 0) rows[placeOf(key)] = row;
      soon();
    },
    gone({ key, status }) {
      if (placeOf(key) < 0) return;
      rows.splice(placeOf(key), 1);
      Object.assign(state, { status });
      if (key === shown.key) dialog.close();
      drawNow();
    },
    picked({ key }) {
      chosen = key;
      soon();
    },
    details: drawDetails,
    whole: drawWhole,
    rating(told) {
      rating.hidden = false;
      write(average, told.text);
    },
    said(told) {
      write(told.key === shown.key ? said : status, told.text);
      said.dataset.bad = told.bad ? "true" : "";
      if (told.bad) stage.querySelector(".gng-loading")?.remove();
    },
  };

  const listener = (/** @type {any} */ told, /** @type {DataView[]} */ buffers) => {
    if (!["details", "whole", "rating"].includes(told.kind) || told.key === shown.key) hear[told.kind]?.(told, buffers);
  };
  /** Another view asked for something else. */
  function adopt() {
    asked = { ...model.get("asked") };
    drawBar();
    begin();
  }

  model.on("msg:custom", listener);
  const unguard = guardKeys(el);
  const sized = new ResizeObserver(moved);
  sized.observe(scroll);

  drawBar();
  el.classList.add("gng");
  el.replaceChildren(h("section", { class: "gng-card", "aria-label": word("title") }, bar, alert, scroll, h("div", { class: "gng-foot" }, status, further), dialog));
  model.send({ kind: "open" });
  listen();

  return () => {
    for (const timer of [hush, typing, rest]) clearTimeout(timer);
    cancelAnimationFrame(frame);
    sized.disconnect();
    shut();
    for (const address of thumbs.values()) release(address);
    model.off("msg:custom", listener);
    unguard();
  };
}

export default { render };
