import { expect, test, vi } from "vitest";
import { guardKeys } from "../../generor_nb/widgets/_dom.js";

test("a control that has the focus bears the mark that Notebook 7 looks for, also one that came later", () => {
  const el = document.createElement("div");
  const heard = vi.fn();
  document.body.replaceChildren(el);
  document.body.addEventListener("keydown", heard);
  const free = guardKeys(el);
  el.innerHTML = "<button>late</button><button>after</button>";
  const [late, after] = el.querySelectorAll("button");
  late.focus();
  expect(late.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
  late.dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
  expect(heard).not.toHaveBeenCalled();
  free();
  after.focus();
  expect(after.hasAttribute("data-lm-suppress-shortcuts")).toBe(false);
});
