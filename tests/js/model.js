/**
 * A stand-in for the host's side of a widget: what the browser saved and sent, and a way to answer.
 * @param {Record<string, any>} state
 */
export function fakeModel(state) {
  /** @type {Map<string, Set<(...told: any[]) => void>>} */ const handlers = new Map();
  /** @type {Record<string, any>[]} */ const saved = [];
  /** @type {any[]} */ const sent = [];
  /** @type {Set<string>} */ const pending = new Set();
  const tell = (/** @type {string} */ name) => handlers.get(`change:${name}`)?.forEach((handler) => handler());
  return {
    saved,
    sent,
    get: (/** @type {string} */ name) => state[name],
    set(/** @type {string} */ name, /** @type {any} */ value) {
      state[name] = value;
      pending.add(name);
      tell(name);
    },
    save_changes() {
      if (pending.size) saved.push(Object.fromEntries([...pending].map((name) => [name, structuredClone(state[name])])));
      pending.clear();
    },
    send: (/** @type {any} */ content, /** @type {any} */ _callbacks, /** @type {any} */ buffers) =>
      void sent.push(structuredClone(buffers ? { ...content, buffers } : content)),
    on(/** @type {string} */ event, /** @type {(...told: any[]) => void} */ handler) {
      handlers.set(event, (handlers.get(event) ?? new Set()).add(handler));
    },
    off: (/** @type {string} */ event, /** @type {(...told: any[]) => void} */ handler) => void handlers.get(event)?.delete(handler),
    /** What Python pushes. @param {Record<string, any>} traits */
    push(traits) {
      Object.assign(state, traits);
      Object.keys(traits).forEach(tell);
    },
    /** What Python answers. @param {any} content @param {any[]} [buffers] */
    answer: (content, buffers) => handlers.get("msg:custom")?.forEach((handler) => handler(content, buffers)),
    listening: () => [...handlers.values()].reduce((sum, set) => sum + set.size, 0),
  };
}
