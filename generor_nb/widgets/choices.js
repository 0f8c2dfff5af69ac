// @ts-check
// What can be done about one unclear operation.
import { button, guardKeys, h, listen, write } from "./_dom.js";

/** @typedef {import("./_dom.js").Host} Host */
/** @typedef {import("./_dom.js").Words} Words */

const REST_MS = 800; // longer than the slowest double click
const QUIET_AFTER_MS = 3000; // a kernel that has not answered by then is busy

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Words} */ const words = model.get("words");
  let rest = 0; // timer of the double click
  let hush = 0; // timer of a kernel that does not answer
  let waiting = false;
  let silent = false;

  const told = h("output", { "aria-live": "polite" });
  const buttons = {
    watch: button(words.watch ?? "", () => ask({ kind: "watch" }), { title: words["watch.hint"] ?? "" }),
    write_off: button(words.write_off ?? "", () => ask({ kind: "write_off" }), { title: words["write_off.hint"] ?? "" }),
    pay: button("", pay, { title: words["pay_again.hint"] ?? "" }),
  };
  const card = h("section", { class: "gnf-choices" }, told, h("div", { class: "gnf-buttons" }, ...Object.values(buttons)));

  function pay() {
    const seen = model.get("offer");
    ask(seen ? { kind: "pay_again", seen } : { kind: "price" });
  }

  /** @param {object} content */
  function ask(content) {
    waiting = true;
    model.send(content);
    rest = Number(setTimeout(() => ((rest = 0), draw()), REST_MS));
    hush = Number(setTimeout(() => ((silent = true), draw()), QUIET_AFTER_MS));
    draw();
  }

  function heard() {
    clearTimeout(hush);
    waiting = silent = false;
    draw();
  }

  function draw() {
    const offer = model.get("offer");
    write(told, silent && waiting ? (words.stale ?? "") : String(model.get("told")));
    write(buttons.pay, [words.pay_again, offer].filter(Boolean).join(" · "));
    for (const one of Object.values(buttons)) one.disabled = waiting || rest !== 0 || !model.get("ready");
  }

  const free = guardKeys(el);
  const leave = listen(model, { "change:told": heard, "change:offer": heard, "change:ready": heard });
  draw();
  el.classList.add("gnf");
  el.replaceChildren(card);
  return () => {
    for (const timer of [rest, hush]) clearTimeout(timer);
    leave();
    free();
  };
}

export default { render };
