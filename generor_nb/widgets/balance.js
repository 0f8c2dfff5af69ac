// @ts-check
// One self-contained module: anywidget loads it as a blob, so a relative import would not resolve.

/**
 * @typedef {object} Host
 * @property {(name: string) => any} get
 * @property {(event: string, handler: () => void) => void} on
 * @property {(event: string, handler: () => void) => void} off
 */

const SHADES = 3;
const MINUTE_MS = 60_000; // a minute's quota says nothing of the next one

/**
 * @param {string} tag
 * @param {string} name
 * @param {...(Node | string)} children
 */
function h(tag, name, ...children) {
  const node = document.createElement(tag);
  node.className = name;
  node.append(...children);
  return node;
}

/** @param {number} amount */
const money = (amount) => amount.toLocaleString("en-US", { maximumFractionDigits: 2 });

/** @param {{ model: Host, el: HTMLElement }} props */
function render({ model, el }) {
  /** @type {Record<string, string>} */ const words = model.get("words");
  const first = Number(model.get("total"));

  const name = h("span", "gnb-name");
  const total = h("output", "gnb-total");
  total.setAttribute("aria-live", "polite");
  const change = h("span", "gnb-change");
  const meter = h("div", "gnb-meter");
  meter.setAttribute("aria-hidden", "true");
  const parts = h("div", "gnb-parts");
  const warning = h("div", "gnb-warning");
  warning.setAttribute("role", "status");
  const charges = h("ul", "gnb-charges");
  charges.setAttribute("aria-label", words.charges ?? "");
  const quota = h("div", "gnb-quota");
  const card = h("section", "gnb-card", h("div", "gnb-head", h("span", "gnb-title", words.title ?? ""), name), h("div", "gnb-sum", total, change), meter, parts, warning, charges, quota);
  card.setAttribute("aria-label", words.title ?? "");

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
        const piece = h("i", shade);
        piece.style.flexGrow = String(amount);
        return piece;
      }),
    );
    parts.replaceChildren(
      ...held.map(({ part, amount, shade }) => h("span", shade, `${words[part] ?? part} ${money(amount)}`)),
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
        h("li", "", h("span", "gnb-what", what), h("span", "gnb-about", `${model} · ${when}`), h("b", "", `−${cost}`)),
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

  const watched = ["total", "provider", "parts", "charges", "quota", "warning"].map((trait) => `change:${trait}`);
  for (const event of watched) model.on(event, soon);
  draw();
  el.classList.add("gnb");
  el.replaceChildren(card);

  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(minute);
    for (const event of watched) model.off(event, soon);
  };
}

export default { render };
