// @ts-check
// The model picker: name, price, time and abilities of each; the qualities of one model are a switch.
import { h } from "./_dom.js";
import { searchable, segments } from "./_controls.js";

/** @typedef {import("./_controls.js").Field} Field */
/** @typedef {import("./_controls.js").Option} Option */
/**
 * @typedef {object} Model
 * @property {string} id
 * @property {string} name
 * @property {string} price in words
 * @property {number} cost
 * @property {string} [time] in words
 * @property {string} about
 * @property {string[]} chips what it can do
 * @property {Option[]} shapes
 * @property {Option[]} steps lengths
 * @property {number | null} [seconds] its own length
 * @property {number} [audio] what sound does to the price
 * @property {string[]} off fields that it makes nothing of
 * @property {string[]} needs fields that it cannot do without
 * @property {Record<string, string>} [siblings] quality to model
 */

/**
 * @param {Field} field
 * @param {string} id
 * @param {(value: any) => void} change
 * @param {() => void} opened
 * @param {string} quality the switch's label
 */
export function modelPicker(field, id, change, opened, quality) {
  /** @type {Map<string, Model>} */ let models = new Map();
  let chosen = "";

  /** What all of them can do tells nobody which to take. */
  const isTelling = (/** @type {string} */ chip) => [...models.values()].some((model) => !model.chips.includes(chip));

  /** @param {Model} model @param {(chip: string) => boolean} [wanted] */
  const chips = (model, wanted = () => true) => model.chips.filter(wanted).map((text) => h("span", { class: "gnf-chip" }, text));
  const cost = (/** @type {Model} */ model) => [model.price, model.time].filter(Boolean).join(" · ");

  /** @param {Option} option */
  function face(option) {
    const model = models.get(option.value);
    if (!model) return [h("span", { class: "gnf-name" }, option.label)];
    return [
      h("span", { class: "gnf-name" }, option.label),
      h("span", { class: "gnf-cost" }, cost(model)),
      h("span", { class: "gnf-chips" }, ...chips(model, isTelling)),
    ];
  }

  const pick = searchable(field, id, change, { face, opened });
  const facts = h("div", { class: "gnf-facts" });
  const label = h("span", { id: `${id}-quality-label`, class: "gnf-label" }, quality);
  const level = segments({ ...field, kind: "choice", options: [] }, `${id}-quality`, (value) => change(value));
  level.root.setAttribute("aria-labelledby", label.id);
  const levels = h("div", { class: "gnf-quality", hidden: true }, label, level.root);

  /** One line of the list for all qualities of a model: the one in use, else its first. */
  function lines() {
    const others = new Set(Object.values(models.get(chosen)?.siblings ?? {}));
    const seen = new Set();
    return [...models.values()].filter((model) => {
      const group = Object.values(model.siblings ?? {}).join();
      if (others.has(model.id)) return model.id === chosen;
      if (group === "") return true;
      return !seen.has(group) && seen.add(group);
    });
  }

  function draw() {
    pick.offer(lines().map((m) => ({ value: m.id, label: m.name, words: [m.price, ...m.chips].join(" ") })));
    pick.set(chosen);
    const model = models.get(chosen);
    if (!model) return;
    facts.replaceChildren(h("b", {}, cost(model)), ...chips(model));
    const siblings = Object.entries(model.siblings ?? {});
    levels.hidden = siblings.length < 2;
    level.offer?.(siblings.map(([name, value]) => ({ value, label: name })));
    level.set(chosen);
  }

  return {
    root: h("div", { class: "gnf-picker" }, pick.root, facts, levels),
    target: pick.target,
    /** @param {any} value */
    set(value) {
      chosen = String(value ?? "");
      draw();
    },
    /** @param {Model[]} known */
    know(known) {
      const told = new Map(known.map((model) => /** @type {[string, Model]} */ ([model.id, model])));
      models = new Map([...told, ...[...models].filter(([id]) => !told.has(id))]);
      draw();
    },
    /** @param {any} value @returns {Model | undefined} */
    model: (value) => models.get(String(value ?? "")),
  };
}
