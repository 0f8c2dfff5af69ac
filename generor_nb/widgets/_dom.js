// @ts-check
// What the scripts are built from. `_link.py` joins a script with what it imports, so names are unique.

/**
 * @typedef {object} Host
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(content: object, callbacks?: object, buffers?: ArrayBuffer[]) => void} send
 * @property {(event: string, handler: (...told: any[]) => void) => void} on
 * @property {(event: string, handler: (...told: any[]) => void) => void} off
 */
/** @typedef {Record<string, string>} Words */

/**
 * An element. Text goes in as text nodes only, so what came from outside stays text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Sets text only when it differs: a live region repeats whatever is written to it.
 * @param {HTMLElement} node
 * @param {string} text
 */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = text === "";
}

/**
 * A sentence with its gaps filled.
 * @param {string | undefined} sentence
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? gap));
}

/**
 * A button with words on it.
 * @param {string} text
 * @param {() => void} act
 * @param {Record<string, string | boolean>} [attributes]
 */
export function button(text, act, attributes = {}) {
  const made = h("button", { type: "button", class: "gnf-quiet", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/**
 * Subscribes to all of these; call what it returns to leave.
 * @param {Host} model
 * @param {Record<string, (...told: any[]) => void>} handlers
 */
export function listen(model, handlers) {
  for (const [event, handler] of Object.entries(handlers)) model.on(event, handler);
  return () => {
    for (const [event, handler] of Object.entries(handlers)) model.off(event, handler);
  };
}

/**
 * Keeps keys in the widget, else "b" inserts a notebook cell; returns how to stop. JupyterLab hears keys as they
 * bubble; Notebook 7 before the widget does, but spares a control that bears the mark.
 * @param {HTMLElement} el
 * @param {(event: KeyboardEvent) => void} [act]
 */
export function guardKeys(el, act) {
  const guard = (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    act?.(event);
  };
  const mark = (/** @type {FocusEvent} */ event) => {
    if (event.target instanceof Element) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  };
  el.addEventListener("keydown", guard);
  el.addEventListener("focusin", mark);
  return () => {
    el.removeEventListener("keydown", guard);
    el.removeEventListener("focusin", mark);
  };
}
