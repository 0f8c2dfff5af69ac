// @ts-check
// One self-contained module: anywidget loads it as a blob, so a relative import would not resolve.

/**
 * @typedef {object} Host
 * @property {(name: string) => any} get
 * @property {(content: object) => void} send
 * @property {(event: string, handler: () => void) => void} on
 * @property {(event: string, handler: () => void) => void} off
 */

const TIE = "=";
const SILENCE_MS = 3000; // a kernel that has not answered by then is busy

let views = 0;

/**
 * An element. Text goes in as text nodes only, so what came from outside stays text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Record<string, string>} */ const words = model.get("words");
  const id = `gnv-${++views}`;
  let hush = 0; // timer of a kernel that does not answer
  let sending = false;
  let silent = false;

  const title = h("strong", { id, class: "gnv-title" }, words.title ?? "");
  const choices = h("div", { role: "group", "aria-labelledby": id, class: "gnv-choices" });
  const told = h("output", { class: "gnv-told", "aria-live": "polite" });
  const again = h("button", { type: "button", class: "gnv-quiet" }, words.again ?? "");
  /** @type {Map<string, HTMLButtonElement>} */
  const buttons = new Map();
  for (const place of [...model.get("places"), TIE]) {
    const label = place === TIE ? (words.tie ?? "") : (words.choose ?? "{place}").replace("{place}", place);
    const button = h("button", { type: "button", class: place === TIE ? "gnv-quiet" : "" }, label);
    button.addEventListener("click", () => tell("vote", place));
    buttons.set(place, button);
  }
  choices.append(...buttons.values());
  again.addEventListener("click", () => tell("again", ""));
  const card = h("section", { class: "gnv-card", "aria-labelledby": id }, title, choices, told, again);

  /**
   * @param {string} kind
   * @param {string} place
   */
  function tell(kind, place) {
    if (sending) return;
    sending = true;
    model.send({ kind, place, round: model.get("round") });
    clearTimeout(hush);
    hush = Number(setTimeout(() => ((silent = true), draw()), SILENCE_MS));
    draw();
  }

  function heard() {
    clearTimeout(hush);
    sending = silent = false;
    draw();
  }

  function draw() {
    const verdict = String(model.get("verdict"));
    const choice = model.get("choice");
    for (const [place, button] of buttons) {
      button.disabled = sending || verdict !== "";
      button.setAttribute("aria-pressed", String(place === choice));
    }
    const text = silent ? words.stale : sending ? words.sending : verdict;
    if (told.textContent !== text) told.textContent = text ?? "";
    told.hidden = !text;
    again.hidden = verdict === "" || sending;
  }

  /** @param {KeyboardEvent} event */
  function guard(event) {
    event.stopPropagation(); // else "b" inserts a notebook cell
  }

  const watched = ["change:verdict", "change:round"];
  for (const event of watched) model.on(event, heard);
  model.on("change:choice", draw);
  el.addEventListener("keydown", guard);
  draw();
  el.classList.add("gnv");
  el.replaceChildren(card);

  return () => {
    clearTimeout(hush);
    for (const event of watched) model.off(event, heard);
    model.off("change:choice", draw);
    el.removeEventListener("keydown", guard);
  };
}

export default { render };
