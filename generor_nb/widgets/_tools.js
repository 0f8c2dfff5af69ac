// @ts-check
// Under the form: settings kept by name, and the same request as a cell, as Python, as curl.
import { button, fill, h, write } from "./_dom.js";
import { segments } from "./_controls.js";

/** @typedef {import("./_dom.js").Words} Words */
/** @typedef {(content: object) => void} Send */

/**
 * @param {string} view
 * @param {Words} words
 * @param {Send} send
 */
export function presets(view, words, send) {
  const list = h("ul", { class: "gnf-presets", "aria-label": words.presets ?? "" });
  const none = h("small", { class: "gnf-help" }, words.presets_none ?? "");
  const name = h("input", { id: `${view}-preset`, type: "text", autocomplete: "off", maxlength: 60, placeholder: words.preset_name, "aria-label": words.preset_name });
  const wrong = h("small", { class: "gnf-wrong", role: "alert", hidden: true });
  const save = () => {
    if (name.value.trim() === "") return name.focus();
    send({ kind: "keep", name: name.value.trim() });
    name.value = "";
  };
  name.addEventListener("keydown", (event) => void (event.key === "Enter" && save()));
  const root = h(
    "details",
    { class: "gnf-tool" },
    h("summary", {}, words.presets ?? ""),
    h("div", { class: "gnf-panel" }, list, none, h("div", { class: "gnf-add" }, name, button(words.preset_save ?? "", save)), wrong),
  );
  return {
    root,
    /** @param {string[]} names */
    draw(names) {
      none.hidden = names.length > 0;
      list.replaceChildren(
        ...names.map((text) =>
          h(
            "li",
            {},
            button(text, () => send({ kind: "load", name: text })),
            button("×", () => send({ kind: "drop", name: text }), { class: "gnf-away", "aria-label": fill(words.preset_drop, { name: text }) }),
          ),
        ),
      );
    },
    /** @param {string} text */
    complain(text) {
      write(wrong, text);
      if (text !== "") root.open = true;
    },
  };
}

/**
 * @param {string} view
 * @param {Words} words
 * @param {Send} send
 */
export function code(view, words, send) {
  let kind = "cell";
  let asked = "";
  const field = { key: "code", kind: "choice", label: words.code ?? "", options: ["cell", "python", "curl"].map((value) => ({ value, label: words[`code_${value}`] ?? value })) };
  const pick = segments(field, `${view}-code`, (value) => ((kind = value), ask("")));
  pick.target.setAttribute("aria-label", words.code ?? "");
  pick.set(kind);
  const text = h("pre", { class: "gnf-code", role: "group", tabindex: 0, "aria-label": words.code ?? "" });
  const note = h("small", { class: "gnf-help", role: "status", hidden: true });
  const copy = button(words.copy ?? "", async () => {
    write(note, (await copied(text)) ? (words.copied ?? "") : (words.marked ?? ""));
  });
  const root = h(
    "details",
    { class: "gnf-tool" },
    h("summary", {}, words.code ?? ""),
    h("div", { class: "gnf-panel" }, h("div", { class: "gnf-add" }, pick.root, copy), text, note),
  );
  root.addEventListener("toggle", () => ask(""));

  /** @param {string} mark of the draft that it is asked for */
  function ask(mark) {
    if (!root.open || (mark !== "" && mark === asked)) return;
    asked = mark;
    send({ kind: "code", as: kind });
  }
  return {
    root,
    ask,
    /** @param {{ as: string, text: string, note: string }} told */
    draw(told) {
      if (told.as !== kind) return;
      text.textContent = told.text;
      write(note, told.note);
    },
  };
}

/**
 * Copies, or marks the text where the browser does not let a page copy.
 * @param {HTMLElement} node
 */
async function copied(node) {
  try {
    await navigator.clipboard.writeText(node.textContent ?? "");
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(node);
    const marked = document.getSelection();
    marked?.removeAllRanges();
    marked?.addRange(range);
    return false;
  }
}
