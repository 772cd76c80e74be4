// The changes a dispatcher is trying: kept here until saved, whatever others do meanwhile.
import { newKey, saveEdits, tryEdits } from "./calls.mjs";
import { bodyOf } from "./refs.mjs";

const CONFLICT = 412;

/** Holds changes for one plan; calls `onChange` whenever what it shows has changed. */
export class Desk {
  plan = null; // as the changes were made on it; `plan.tag` is what If-Match sends
  entries = []; // {edit, words, lost}
  tried = null; // the server's answer to the present changes, or null while unknown
  trying = false;
  saving = false;
  error = null; // ApiError of the last trial or save
  conflict = null; // set by a 412: somebody saved first
  confirmed = new Set(); // keys of violations that the person accepts
  #accepted = new Map(); // key → how much was accepted: more than that is asked again
  note = "";
  #turn = 0;
  #key = null;
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Whether there is anything that a change of plan would throw away. */
  get isBusy() {
    return this.entries.length > 0;
  }

  get canSave() {
    const open = this.tried?.total.violations.filter((each) => !(each.confirmable && this.confirmed.has(each.key))) ?? [];
    return Boolean(this.tried?.savable) && !open.length && !this.trying && !this.saving && !this.conflict && !this.entries.some((each) => each.lost);
  }

  /** The plan on the board. With changes at hand only a newer look at the same version is taken. */
  look(plan) {
    if (this.isBusy) return;
    this.plan = plan;
  }

  add(edit, words) {
    this.entries.push({ edit, words, lost: false });
    return this.retry();
  }

  remove(index) {
    this.entries.splice(index, 1);
    return this.retry();
  }

  clear() {
    this.entries = [];
    this.conflict = null;
    this.note = "";
    this.confirmed.clear();
    return this.retry();
  }

  confirm(key, isAccepted) {
    this.confirmed[isAccepted ? "add" : "delete"](key);
    this.#accepted.set(key, this.tried?.total.violations.find((each) => each.key === key)?.amount ?? 0);
    this.#onChange();
  }

  /** The same changes on another version of the plan; what it lost stays listed, marked. */
  moveTo(plan) {
    this.plan = plan;
    this.conflict = null;
    return this.retry();
  }

  /** Asks what all changes together would do. */
  async retry() {
    const turn = ++this.#turn;
    this.tried = this.error = this.#key = null;
    const bodies = this.entries.map(({ edit }) => bodyOf(this.plan, edit));
    this.entries.forEach((entry, index) => { entry.lost = bodies[index] === null; });
    const known = bodies.filter(Boolean);
    this.trying = known.length > 0;
    this.#onChange();
    if (!known.length) return;
    try {
      const tried = await tryEdits(this.plan.id, known);
      if (turn === this.#turn) this.#take(tried);
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    }
    if (turn !== this.#turn) return;
    this.trying = false;
    this.#onChange();
  }

  #take(tried) {
    this.tried = tried;
    for (const { key, amount } of tried.total.violations) if (amount > this.#accepted.get(key)) this.confirmed.delete(key);
  }

  /** Saves what was tried; gives the plan that holds it, or null (see `error`, `conflict`). */
  async save() {
    if (!this.canSave) return null;
    this.saving = true;
    this.error = null;
    this.#key ??= newKey(); // a repeat after a lost answer is the same save
    this.#onChange();
    try {
      const body = { edits: this.entries.map(({ edit }) => bodyOf(this.plan, edit)), confirmed: [...this.confirmed], note: this.note };
      const saved = await saveEdits(this.plan.id, this.plan.tag, body, this.#key);
      this.entries = [];
      this.tried = this.#key = null;
      this.note = "";
      this.confirmed.clear();
      return saved;
    } catch (error) {
      this.error = error;
      if (error.status === CONFLICT) this.conflict = error.body ?? {};
      if (error.status) this.#key = null;
      return null;
    } finally {
      this.saving = false;
      this.#onChange();
    }
  }
}
