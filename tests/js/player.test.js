import { afterEach, beforeEach, expect, test, vi } from "vitest";
import widget from "../../generor_nb/widgets/player.js";
import { fakeModel } from "./model.js";

/** @type {Blob[]} */ let kept = [];

beforeEach(() => {
  kept = [];
  URL.createObjectURL = vi.fn((blob) => `blob:${kept.push(blob)}`);
  URL.revokeObjectURL = vi.fn();
});
afterEach(() => void vi.restoreAllMocks());

function draw(mime) {
  const model = fakeModel({ mime, words: "<b>waves</b>", poster: "data:image/jpeg;base64,AA==" });
  const el = document.createElement("div");
  const cleanup = widget.render({ model, el });
  return { model, el, cleanup };
}

test("a film is asked for, played from memory, and let go", async () => {
  const { model, el, cleanup } = draw("video/mp4");
  const video = el.querySelector("video");
  expect(model.sent).toEqual([{ kind: "want" }]);
  expect([video.controls, video.poster, video.getAttribute("src")]).toEqual([true, "data:image/jpeg;base64,AA==", null]);
  model.answer({ kind: "file" }, [new DataView(new Uint8Array([1, 2, 3]).buffer)]);
  expect(video.getAttribute("src")).toBe("blob:1");
  expect([kept[0].type, kept[0].size]).toEqual(["video/mp4", 3]);
  model.answer({ kind: "file" }, [new DataView(new ArrayBuffer(9))]);
  expect(kept.length).toBe(1);
  cleanup();
  expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:1");
  expect(model.listening()).toBe(0);
});

test("a sound is heard, and words from outside stay words", () => {
  const { el } = draw("audio/flac");
  const heard = vi.fn();
  document.body.replaceChildren(el);
  document.body.addEventListener("keydown", heard);
  el.querySelector("audio").dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  expect(heard).not.toHaveBeenCalled();
  expect(el.querySelector("audio").getAttribute("aria-label")).toBe("<b>waves</b>");
  expect(el.querySelector("b, video")).toBeNull();
});

test("an answer without a file is none", () => {
  const { model, el } = draw("video/mp4");
  model.answer({ kind: "file" }, []);
  model.answer({ kind: "other" }, [new DataView(new ArrayBuffer(1))]);
  expect(el.querySelector("video").getAttribute("src")).toBeNull();
});
