// SHA-256 (FIPS 180-4) of short texts with a common beginning, done synchronously: the browser's own is asynchronous,
// which costs more than the hash itself when there are sixty thousand of them, and absent on plain http.
const K = new Uint32Array(64), START = new Uint32Array(8);
for (let n = 2, found = 0; found < 64; n++) {
  if (![...Array(n).keys()].slice(2).some((d) => n % d === 0)) {
    const part = (root) => ((n ** root) % 1) * 2 ** 32;
    if (found < 8) START[found] = part(1 / 2);
    K[found++] = part(1 / 3);
  }
}
const W = new Uint32Array(64);

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++) W[i] = (bytes[at + 4 * i] << 24) | (bytes[at + 4 * i + 1] << 16) | (bytes[at + 4 * i + 2] << 8) | bytes[at + 4 * i + 3];
  for (let i = 16; i < 64; i++) {
    const a = W[i - 15], b = W[i - 2];
    W[i] = W[i - 16] + W[i - 7] + (((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3)) + (((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** A function from the rest of a text (ASCII) to the eight words of the hash of `beginning` + rest. */
export function hasher(beginning) {
  const head = new TextEncoder().encode(beginning), whole = head.length - (head.length % 64), middle = START.slice();
  for (let at = 0; at < whole; at += 64) block(middle, head, at);
  const kept = head.length - whole, tail = new Uint8Array(192), state = new Uint32Array(8);
  tail.set(head.subarray(whole));
  return (rest) => {
    let end = kept;
    for (let i = 0; i < rest.length; i++) tail[end++] = rest.charCodeAt(i);
    const bits = (whole + end) * 8, blocks = Math.ceil((end + 9) / 64);
    tail[end] = 0x80;
    tail.fill(0, end + 1, 64 * blocks);
    new DataView(tail.buffer).setUint32(64 * blocks - 4, bits);
    state.set(middle);
    for (let n = 0; n < blocks; n++) block(state, tail, 64 * n);
    return state;
  };
}
