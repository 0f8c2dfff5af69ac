// @ts-check
// A field for media: an address, something made earlier, or a file of one's own.
import { button, fill, h } from "./_dom.js";

/** @typedef {import("./_controls.js").Field} Field */
/** @typedef {import("./_dom.js").Words} Words */
/** @typedef {{ ref: string, name: string }} Ref */
/**
 * @typedef {object} Desk what the form does for a media field
 * @property {(field: Field, file: File) => void} take
 * @property {(field: Field) => void} earlier asks what was made earlier
 * @property {(refs: string[]) => void} want asks for small pictures
 * @property {(ref: string) => string | undefined} picture the address of a small picture
 * @property {(key: string, text: string) => void} complain
 * @property {boolean} bytes whether files can be given
 * @property {number} limit bytes
 * @property {Words} words
 */

const ADDRESS = /^https?:\/\/\S+$/i;
const TYPES = /** @type {Record<string, string>} */ ({ image: "image/*", video: "video/*", audio: "audio/*" });

/**
 * @param {Field} field
 * @param {string} id
 * @param {(value: Ref[]) => void} change
 * @param {Desk} desk
 */
export function mediaField(field, id, change, desk) {
  const { words } = desk;
  const most = field.most ?? 1;
  const kind = field.media ?? "image";
  /** @type {Ref[]} */ let held = [];
  /** @type {Ref[] | null} */ let offered = null;

  const list = h("ul", { class: "gnf-refs", "aria-label": field.label });
  const address = h("input", { id, type: "url", autocomplete: "off", placeholder: words.address });
  const file = h("input", { type: "file", accept: TYPES[kind], multiple: most > 1, tabindex: -1, hidden: true, "aria-label": field.label });
  const earlier = button(words.earlier ?? "", () => (offered ? hide() : desk.earlier(field)), { "aria-expanded": "false" });
  const own = button(words.file ?? "", () => file.click());
  const add = h("div", { class: "gnf-add" }, address, earlier, own, file);
  const shelf = h("div", { class: "gnf-shelf", role: "group", "aria-label": words.earlier ?? "", hidden: true });
  const root = h("div", { class: "gnf-media-box" }, list, add, shelf);
  own.hidden = !desk.bytes;

  /** @param {Ref[]} refs */
  function keep(refs) {
    held = refs;
    draw();
    change(refs);
  }

  /** @param {Ref} ref */
  function give(ref) {
    if (held.some((known) => known.ref === ref.ref)) return;
    hide();
    keep(most === 1 ? [ref] : [...held, ref].slice(0, most));
  }

  function hide() {
    offered = null;
    drawShelf();
  }

  /** @param {Ref} ref */
  function small(ref) {
    const source = desk.picture(ref.ref);
    return source ? h("img", { src: source, alt: "" }) : h("i", { "aria-hidden": "true", class: `gnf-of-${kind}` });
  }

  function draw() {
    list.hidden = held.length === 0;
    list.replaceChildren(
      ...held.map((ref) => {
        const away = button("×", () => keep(held.filter((known) => known.ref !== ref.ref)), {
          class: "gnf-away",
          "aria-label": fill(words.remove, { name: ref.name }),
        });
        return h("li", {}, small(ref), h("span", {}, ref.name), away);
      }),
    );
    add.hidden = held.length >= most;
  }

  function drawShelf() {
    shelf.hidden = offered === null;
    earlier.setAttribute("aria-expanded", String(offered !== null));
    const none = offered?.length === 0 ? [h("small", { class: "gnf-help" }, words.nothing ?? "")] : [];
    shelf.replaceChildren(
      ...none,
      ...(offered ?? []).map((ref) => {
        const made = button("", () => give(ref), { class: "gnf-made", title: ref.name, "aria-label": ref.name });
        made.append(small(ref));
        return made;
      }),
    );
  }

  /** @param {File[]} files */
  function takeFiles(files) {
    const room = most === 1 ? 1 : most - held.length;
    for (const one of files.slice(0, room)) {
      if (!desk.bytes) desk.complain(field.key, words.no_upload ?? "");
      else if (one.size > desk.limit) desk.complain(field.key, fill(words.too_large, { size: (one.size / 1048576).toFixed(1), most: Math.floor(desk.limit / 1048576) }));
      else desk.take(field, one);
    }
  }

  function typed() {
    const text = address.value.trim();
    if (text === "") return;
    if (!ADDRESS.test(text)) return desk.complain(field.key, words.bad_address ?? "");
    address.value = "";
    give({ ref: text, name: nameOf(text) });
  }

  address.addEventListener("change", typed);
  address.addEventListener("keydown", (event) => void (event.key === "Enter" && typed()));
  file.addEventListener("change", () => {
    takeFiles([...(file.files ?? [])]);
    file.value = "";
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    root.addEventListener(name, (event) => {
      event.preventDefault();
      event.stopPropagation();
      root.classList.toggle("gnf-over", name === "dragenter" || name === "dragover");
      if (name === "drop") takeFiles([.../** @type {DragEvent} */ (event).dataTransfer?.files ?? []]);
    });
  }
  draw();
  return {
    root,
    target: address,
    /** @param {any} value */
    set(value) {
      held = Array.isArray(value) ? value : [];
      desk.want(held.map(({ ref }) => ref));
      draw();
    },
    /** @param {Ref[]} refs */
    show(refs) {
      offered = refs;
      drawShelf();
    },
    redraw() {
      draw();
      drawShelf();
    },
  };
}

/**
 * What to call an address.
 * @param {string} text
 */
function nameOf(text) {
  const parts = text.split(/[?#]/)[0]?.split("/").filter(Boolean) ?? [];
  return parts.at(-1) ?? text;
}
