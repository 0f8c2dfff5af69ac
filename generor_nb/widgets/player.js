// @ts-check
import { guardKeys } from "./_dom.js";

/** @typedef {import("./_dom.js").Host} Host */

/**
 * The file comes as a message and stays in this page: no state holds it, so no notebook saves it.
 * @param {{ model: Host, el: HTMLElement }} props
 */
function render({ model, el }) {
  const mime = String(model.get("mime"));
  const media = document.createElement(mime.startsWith("audio/") ? "audio" : "video");
  let address = "";

  media.controls = true;
  media.setAttribute("aria-label", model.get("words"));
  media.style.cssText = "display:block;width:100%;border-radius:6px";
  if (media instanceof HTMLVideoElement) {
    media.playsInline = true;
    media.poster = model.get("poster");
  }
  const frame = document.createElement("div");
  frame.style.cssText = "max-width:512px";
  frame.append(media);
  el.replaceChildren(frame);

  /**
   * @param {{ kind?: string }} message
   * @param {DataView[]} buffers
   */
  function receive(message, buffers) {
    const [file] = buffers ?? [];
    if (message.kind !== "file" || !file || address) return;
    address = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (file)], { type: mime }));
    media.src = address;
  }
  model.on("msg:custom", receive);
  model.send({ kind: "want" });
  const unguard = guardKeys(el); // the keys of its controls are none of the notebook's

  return () => {
    unguard();
    model.off("msg:custom", receive);
    media.removeAttribute("src");
    URL.revokeObjectURL(address);
  };
}

export default { render };
