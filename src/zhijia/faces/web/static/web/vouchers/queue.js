// What was handed out without a network: kept in this browser until the platform has answered for each.
// A batch that was closed is sent again as it is, under its key, until it is answered; new ones wait behind it.
const DAY = 24 * 3600 * 1000, MOST = 500;

export const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export class Queue {
  constructor(terminal) {
    this.name = `zhijia.outlet.${terminal}`;
    this.kept = { waiting: [], batch: null, seen: {}, answers: [] };
    try { Object.assign(this.kept, JSON.parse(localStorage.getItem(this.name))); } catch { /* nothing was kept */ }
  }

  /** False when this browser keeps nothing; then nothing may be handed out. */
  save() {
    try { localStorage.setItem(this.name, JSON.stringify(this.kept)); return true; } catch { return false; }
  }

  get count() { return this.kept.waiting.length + (this.kept.batch?.rows.length ?? 0); }

  /** Whether this code was handed out on this device today, with or without a network. */
  saw(id) { return id in this.kept.seen; }

  note(id, now) {
    for (const [other, at] of Object.entries(this.kept.seen)) if (now - at > 2 * DAY) delete this.kept.seen[other];
    this.kept.seen[id] = now;
    return this.save();
  }

  /** Put one in; false (and nothing put in) when it cannot be kept. */
  add(row, id, title) {
    const before = structuredClone(this.kept);
    this.kept.waiting.push({ ...row, title });
    if (this.note(id, row.at)) return true;
    this.kept = before;
    return false;
  }

  /** Send what waits; resolves to whether all of it was answered. Raises what the platform says of a whole batch. */
  async send(post) {
    while (this.count) {
      this.kept.batch ??= { key: fresh(), rows: this.kept.waiting.splice(0, MOST) };
      this.save();
      const { key, rows } = this.kept.batch;
      const body = { key, count: rows.length, rows: rows.map(({ token, at, key: tried }) => ({ token, at, key: tried })) };
      const { answers } = await post(body);
      this.kept.answers = [...rows.map((row, n) => ({ at: row.at, title: row.title, ...answers[n] })), ...this.kept.answers].slice(0, 200);
      this.kept.batch = null;
      this.save();
    }
  }
}
