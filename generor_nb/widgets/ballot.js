// @ts-check
// The card to vote with.
import { guardKeys, h, listen } from "./_dom.js";

/** @typedef {import("./_dom.js").Host} Host */
/** @typedef {import("./_dom.js").Words} Words */

const TIE = "=";
const SILENCE_MS = 3000; // a kernel that has not answered by then is busy

let ballots = 0;

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Words} */ const words = model.get("words");
  const id = `gnv-${++ballots}`;
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

  const leave = listen(model, { "change:verdict": heard, "change:round": heard, "change:choice": draw });
  const unguard = guardKeys(el);
  draw();
  el.classList.add("gnv");
  el.replaceChildren(card);

  return () => {
    clearTimeout(hush);
    leave();
    unguard();
  };
}

export default { render };
