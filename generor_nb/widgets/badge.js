// @ts-check
// What a request costs, on its own.
import { button, guardKeys, h, listen } from "./_dom.js";
import { priceTag } from "./_price.js";

/** @typedef {import("./_dom.js").Host} Host */
/** @typedef {import("./_dom.js").Words} Words */
/** @typedef {import("./_price.js").Estimate} Estimate */

const QUIET_MS = 3000; // a kernel that has not answered by then is busy
const AGE_MS = 600_000; // a price may have changed by then

let badges = 0;

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Words} */ const words = model.get("words");
  const tag = priceTag(`gnf-badge-${++badges}`);
  const again = button(words.again ?? "", ask);
  const card = h("div", { class: "gnf-badge", role: "group", "aria-label": words.title ?? "" }, tag.root, again);
  let waiting = 0;
  let aging = 0;
  let state = ""; // what is known here and not in Python: stale, busy

  function ask() {
    clearTimeout(waiting);
    waiting = Number(setTimeout(() => ((state = "busy"), draw()), QUIET_MS));
    model.send({ kind: "price" });
  }

  function draw() {
    /** @type {Estimate} */ const estimate = model.get("estimate");
    const text = state === "" ? estimate.text : [estimate.text, words[state]].filter(Boolean).join(" · ");
    card.dataset.state = state || estimate.state;
    tag.draw({ state: state || estimate.state, text });
    again.hidden = !["stale", "busy", "error"].includes(state || estimate.state);
  }

  function changed() {
    clearTimeout(waiting);
    clearTimeout(aging);
    state = "";
    aging = Number(setTimeout(() => ((state = "stale"), draw()), AGE_MS));
    draw();
  }

  const free = guardKeys(el);
  const leave = listen(model, { "change:estimate": changed });
  changed();
  el.classList.add("gnf");
  el.replaceChildren(card);
  return () => {
    for (const timer of [waiting, aging]) clearTimeout(timer);
    leave();
    free();
  };
}

export default { render };
