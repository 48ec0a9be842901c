// Checking a code without a network: the same bytes and the same signature as modules/vouchers/tokens.py.
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", VERSION = "ZJ1", BODY = 21, BYTES = 85, LENGTH = 139;
const EPOCH = Date.UTC(2020, 0, 1), DAY = 24 * 3600 * 1000, CHINA = 8 * 3600 * 1000;

/** A day in China as 2026-11-24. */
export const dayOf = (moment) => new Date(moment + CHINA).toISOString().slice(0, 10);
export const isToken = (text) => text.replace(/\s/g, "").toUpperCase().startsWith(VERSION);

/** Whether this browser can check signatures: a secure page, and Ed25519 in its WebCrypto. */
export async function canCheck(key) {
  try { await load(key); return true; } catch { return false; }
}

/** What a code says, if its signature is ours; null otherwise. */
export async function read(text, key) {
  const clean = text.replace(/\s/g, "").toUpperCase();
  const bytes = clean.length === LENGTH && clean.startsWith(VERSION) ? decode(clean.slice(VERSION.length)) : null;
  if (!bytes) return null;
  const signed = new Uint8Array(VERSION.length + BODY);
  signed.set(new TextEncoder().encode(VERSION));
  signed.set(bytes.subarray(0, BODY), VERSION.length);
  if (!(await crypto.subtle.verify("Ed25519", await load(key), bytes.subarray(BODY), signed))) return null;
  const data = new DataView(bytes.buffer);
  return {
    token: clean, id: String(data.getBigUint64(0)), programme: data.getUint32(8),
    region: String((data.getUint8(12) << 16) | data.getUint16(13)).padStart(6, "0"),
    day: new Date(EPOCH + data.getUint16(15) * DAY).toISOString().slice(0, 10), ends: data.getUint32(17) * 1000,
  };
}

function load(key) {
  const raw = Uint8Array.from(key.match(/../g), (pair) => parseInt(pair, 16));
  return crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
}

function decode(text) {
  const bytes = new Uint8Array(BYTES);
  let held = 0, bits = 0, at = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xffff;
    bits += 5;
    if (bits >= 8) { bits -= 8; bytes[at++] = (held >> bits) & 0xff; }
  }
  return at === BYTES ? bytes : null;
}
