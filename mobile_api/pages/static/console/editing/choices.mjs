// Boxes to tick and groups of them, as the board's dialogs have them.
import { element } from "/static/page/element.mjs";

/** One box: {input, node}. */
export function check(id, value, text) {
  const input = element("input", { type: "checkbox", id, value });
  return { input, node: element("label", { class: "tick", for: id }, input, ` ${text}`) };
}

export const group = (name, all) => element("fieldset", {}, element("legend", {}, name), ...all.map((each) => each.node ?? each));
