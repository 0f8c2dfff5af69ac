// @ts-check
// The history, to search, mark and run again from.
import { fill, guardKeys, h, listen } from "./_dom.js";

/** @typedef {import("./_dom.js").Host} Host */
/** @typedef {import("./_dom.js").Words} Words */
/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} what
 * @property {string} about
 * @property {string} when
 * @property {string} cost
 * @property {string} state how it stands, when it did not end well
 * @property {boolean} starred
 * @property {"show" | "pay" | ""} act
 */

const DEBOUNCE_MS = 250;
const SILENCE_MS = 3000; // a kernel that has not answered by then is busy

let histories = 0;

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Words} */ const words = model.get("words");
  const id = `gnh-${++histories}`;
  let pause = 0; // timer of the next search
  let hush = 0; // timer of a kernel that does not answer
  let seq = Number(model.get("query").seq ?? 0);
  let waiting = false;
  let silent = false;

  const search = h("input", { id: `${id}-search`, type: "search", placeholder: words.hint ?? "", autocomplete: "off" });
  const only = h("input", { id: `${id}-only`, type: "checkbox" });
  const count = h("output", { class: "gnh-count", "aria-live": "polite" });
  const note = h("div", { class: "gnh-note", role: "status", hidden: true });
  const body = h("tbody", {});
  const [first = "", ...others] = (words.columns ?? "").split("|");
  const head = [first, ...others].map((name, place) =>
    h("th", { scope: "col", class: `gnh-c${place}` }, h("span", place === 0 ? { class: "gnh-hidden" } : {}, name)),
  );
  const table = h("table", { "aria-label": words.title ?? "" }, h("thead", {}, h("tr", {}, ...head)), body);
  const card = h(
    "section",
    { class: "gnh-card", "aria-label": words.title ?? "" },
    h(
      "div",
      { class: "gnh-bar", role: "search" },
      h("label", { for: search.id }, words.search ?? ""),
      search,
      h("label", { class: "gnh-only", for: only.id }, only, words.starred ?? ""),
      count,
    ),
    note,
    h("div", { class: "gnh-scroll", role: "region", "aria-label": words.title ?? "", tabindex: "0" }, table),
  );

  /** @param {object} content */
  function send(content) {
    model.send(content);
    clearTimeout(hush);
    silent = false;
    hush = Number(setTimeout(() => ((silent = true), drawNote()), SILENCE_MS));
  }

  function look() {
    clearTimeout(pause);
    waiting = true;
    seq += 1;
    pause = Number(
      setTimeout(() => send({ kind: "search", text: search.value, starred: only.checked, seq }), DEBOUNCE_MS),
    );
  }

  /** @param {Row} row */
  function star(row) {
    const name = `${words.star}: ${row.what}`;
    const button = h("button", { type: "button", class: "gnh-star", "aria-pressed": String(row.starred), "aria-label": name, title: words.star ?? "" }, row.starred ? "★" : "☆");
    button.addEventListener("click", () => send({ kind: "star", id: row.id, on: !row.starred }));
    return button;
  }

  /** @param {Row} row */
  function act(row) {
    const offer = model.get("offer");
    const price = offer.id === row.id ? offer.price : "";
    const label = row.act === "show" ? words.show : price ? fill(words.pay, { price }) : words.price;
    const button = h("button", { type: "button", class: price ? "gnh-pay" : "", "aria-label": `${label}: ${row.what}` }, label ?? "");
    button.disabled = model.get("busy") !== "";
    button.addEventListener("click", () => {
      button.disabled = true;
      send({ kind: "run", id: row.id, seen: price || null });
    });
    return button;
  }

  /** @param {Row} row */
  function line(row) {
    const what = h("td", { class: "gnh-what" }, h("div", {}, row.what), h("small", {}, row.about));
    if (row.state) what.append(h("small", { class: "gnh-state" }, row.state));
    return h(
      "tr",
      { "data-id": row.id },
      h("td", {}, star(row)),
      what,
      h("td", { class: "gnh-when" }, row.when),
      h("td", { class: "gnh-cost" }, row.cost),
      h("td", { class: "gnh-act" }, ...(row.act ? [act(row)] : [])),
    );
  }

  /** The rows are drawn anew; the focus goes back to where it was. */
  function drawRows() {
    /** @type {Row[]} */ const rows = model.get("rows");
    const held = document.activeElement;
    const place = held instanceof HTMLElement && body.contains(held) ? held.closest("tr")?.dataset.id : undefined;
    const starHeld = held?.classList.contains("gnh-star");
    body.replaceChildren(...rows.map(line));
    const again = [...body.querySelectorAll("tr")].find((row) => row.dataset.id === place);
    /** @type {HTMLElement | null | undefined} */ (again?.querySelector(starHeld ? ".gnh-star" : ".gnh-act button"))?.focus();
    const total = Number(model.get("total"));
    count.textContent = rows.length ? fill(words.count, { shown: rows.length, total: total.toLocaleString("en-US") }) : (words.none ?? "");
    table.hidden = rows.length === 0;
  }

  function drawNote() {
    const text = silent ? words.stale : model.get("busy") ? words.busy : String(model.get("note"));
    if (note.textContent !== text) note.textContent = text ?? "";
    note.hidden = !text;
  }

  /** What is being typed is never overwritten by an answer to what was typed before. */
  function drawQuery() {
    const query = model.get("query");
    if (query.seq >= seq) waiting = false;
    if (waiting) return;
    seq = Math.max(seq, Number(query.seq ?? 0));
    if (search.value !== query.text) search.value = query.text;
    only.checked = Boolean(query.starred);
  }

  function heard() {
    clearTimeout(hush);
    silent = false;
    drawQuery();
    drawRows();
    drawNote();
  }

  search.addEventListener("input", look);
  only.addEventListener("change", look);
  const watched = ["rows", "query", "offer", "busy", "note"].map((trait) => [`change:${trait}`, heard]);
  const leave = listen(model, Object.fromEntries(watched));
  const unguard = guardKeys(el);
  heard();
  el.classList.add("gnh");
  el.replaceChildren(card);

  return () => {
    for (const timer of [pause, hush]) clearTimeout(timer);
    leave();
    unguard();
  };
}

export default { render };
