// The visible ten minutes of a held window: counts down, tells now and then, ends by itself.
import { say } from "/static/citizen/language.mjs";

const TOLD_AT_S = [300, 120, 60, 30];

export class HoldClock {
  #node; #tell; #onOver; #timer = null; #hold = null; #last = Infinity;

  constructor(node, { tell, onOver }) {
    this.#node = node;
    this.#tell = tell;
    this.#onOver = onOver;
    // A phone that slept looks at once, not at the next tick.
    document.addEventListener("visibilitychange", () => this.#look());
  }

  /** Show this hold's time ({until, day_words, start, end}), or nothing. */
  show(hold) {
    clearInterval(this.#timer);
    this.#hold = hold;
    this.#last = Infinity;
    this.#node.hidden = !hold;
    if (!hold) return;
    this.#timer = setInterval(() => this.#look(), 1000);
    this.#look();
  }

  #look() {
    if (!this.#hold) return;
    const left = Math.max(0, Math.ceil((this.#hold.until - Date.now()) / 1000));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.#node.textContent = say("hold_left", clock);
    this.#node.classList.toggle("soon", left <= 60);
    const passed = TOLD_AT_S.find((s) => left <= s && this.#last > s && this.#last !== Infinity);
    if (passed) this.#tell(say("hold_left_told", left));
    this.#last = left;
    if (left === 0) {
      this.show(null);
      this.#onOver();
    }
  }
}
