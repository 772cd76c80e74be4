// A map that forgets its oldest entries: pages stay open all day long.

export class Recent extends Map {
  #most;

  constructor(most) {
    super();
    this.#most = most;
  }

  set(key, value) {
    this.delete(key);
    super.set(key, value);
    while (this.size > this.#most) this.delete(this.keys().next().value);
    return this;
  }
}
