// @ts-check
// A price in words: guessed at once, told when it is known. Screen readers hear only what has settled.
import { h, write } from "./_dom.js";

/** @typedef {import("./_controls.js").Field} Field */
/** @typedef {import("./_models.js").Model} Model */
/** @typedef {{ state: string, text: string, seq: number, price?: string, replay?: boolean, at?: number }} Estimate */

export const SETTLED = new Set(["price", "stale", "busy", "cannot_afford", "error"]);

/** @param {string} id */
export function priceTag(id) {
  const shown = h("span", { class: "gnf-price", id });
  const heard = h("output", { class: "gnf-heard", "aria-live": "polite" });
  return {
    root: h("div", { class: "gnf-tag" }, shown, heard),
    /** @param {{ state: string, text: string }} estimate */
    draw({ state, text }) {
      shown.dataset.state = state;
      if (shown.textContent !== text) {
        const [first = "", ...others] = text.split(" · ");
        shown.replaceChildren(h("b", {}, first), ...others.map((part) => h("span", {}, ` · ${part}`)));
      }
      shown.hidden = text === "";
      if (SETTLED.has(state)) {
        write(heard, text);
        heard.hidden = false;
      }
    },
  };
}

/**
 * Credits as the schema's multipliers have it: a guess until the server says.
 * @param {Model | undefined} model
 * @param {Field[]} fields
 * @param {Record<string, any>} draft
 */
export function guess(model, fields, draft) {
  if (!model || !(model.cost > 0)) return null;
  let factor = 1;
  for (const field of fields) {
    const option = field.options?.find(({ value }) => value === draft[field.key]);
    factor *= option?.multiplier ?? 1;
  }
  if (model.steps.length > 0) factor *= draft.seconds ?? model.seconds ?? 1;
  if (draft.audio_track) factor *= model.audio ?? 1;
  const count = Number(draft.count ?? 1) || 1;
  const one = Math.ceil(Number((model.cost * factor).toFixed(6)));
  return one * count - Math.floor((one * count * Math.min(count, 10)) / 100);
}
