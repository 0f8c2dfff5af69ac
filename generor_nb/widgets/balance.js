// @ts-check
import { h, listen } from "./_dom.js";

const SHADES = 3;
const MINUTE_MS = 60_000; // a minute's quota says nothing of the next one

/** @param {number} amount */
const money = (amount) => amount.toLocaleString("en-US", { maximumFractionDigits: 2 });

/** @param {{ model: import("./_dom.js").Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Record<string, string>} */ const words = model.get("words");
  const first = Number(model.get("total"));

  const name = h("span", { class: "gnb-name" });
  const total = h("output", { class: "gnb-total", "aria-live": "polite" });
  const change = h("span", { class: "gnb-change" });
  const meter = h("div", { class: "gnb-meter", "aria-hidden": "true" });
  const parts = h("div", { class: "gnb-parts" });
  const warning = h("div", { class: "gnb-warning", role: "status" });
  const charges = h("ul", { class: "gnb-charges", "aria-label": words.charges });
  const quota = h("div", { class: "gnb-quota" });
  const card = h("section", { class: "gnb-card", "aria-label": words.title }, h("div", { class: "gnb-head" }, h("span", { class: "gnb-title" }, words.title ?? ""), name), h("div", { class: "gnb-sum" }, total, change), meter, parts, warning, charges, quota);

  let frame = 0;
  let minute = 0; // timer of the quota's end

  /** The traits arrive one by one: they are painted together. */
  function soon() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  }

  function draw() {
    const sum = Number(model.get("total"));
    const text = (words.total ?? "{amount}").replace("{amount}", money(sum));
    if (total.textContent !== text) total.textContent = text;
    name.textContent = model.get("provider");
    const moved = sum - first;
    change.hidden = moved === 0;
    change.textContent = (words.spent ?? "{amount}").replace("{amount}", `${moved < 0 ? "−" : "+"}${money(Math.abs(moved))}`);
    /** @type {Record<string, number>} */ const told = model.get("parts");
    const held = Object.entries(told)
      .map(([part, amount], place) => ({ part, amount: Number(amount), shade: `gnb-shade-${place % SHADES}` }))
      .filter(({ amount }) => amount > 0);
    meter.hidden = parts.hidden = held.length === 0;
    meter.replaceChildren(
      ...held.map(({ amount, shade }) => {
        const piece = h("i", { class: shade });
        piece.style.flexGrow = String(amount);
        return piece;
      }),
    );
    parts.replaceChildren(
      ...held.map(({ part, amount, shade }) => h("span", { class: shade }, `${words[part] ?? part} ${money(amount)}`)),
    );
    const alarm = String(model.get("warning"));
    if (warning.textContent !== alarm) warning.textContent = alarm;
    warning.hidden = alarm === "";
    drawCharges();
    drawQuota();
  }

  function drawCharges() {
    /** @type {{ what: string, model: string, when: string, cost: string }[]} */ const told = model.get("charges");
    charges.hidden = told.length === 0;
    charges.replaceChildren(
      ...told.map(({ what, model, when, cost }) =>
        h("li", {}, h("span", { class: "gnb-what" }, what), h("span", { class: "gnb-about" }, `${model} · ${when}`), h("b", {}, `−${cost}`)),
      ),
    );
  }

  function drawQuota() {
    /** @type {{ text?: string, at?: number }} */ const told = model.get("quota");
    const left = MINUTE_MS - (Date.now() - 1000 * (told.at ?? 0));
    clearTimeout(minute);
    quota.hidden = !told.text || left <= 0;
    quota.textContent = told.text ?? "";
    if (!quota.hidden) minute = Number(setTimeout(drawQuota, Math.min(left, MINUTE_MS)));
  }

  const watched = ["total", "provider", "parts", "charges", "quota", "warning"].map((trait) => [`change:${trait}`, soon]);
  const leave = listen(model, Object.fromEntries(watched));
  draw();
  el.classList.add("gnb");
  el.replaceChildren(card);

  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(minute);
    leave();
  };
}

export default { render };
