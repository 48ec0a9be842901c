// Runs beside the page: finds the number whose hash begins with so many zero bits, and answers "text:number".
import { hasher } from "./sha256.js";

self.addEventListener("message", ({ data: { text, bits } }) => {
  const hash = hasher(`${text}:`), whole = Math.floor(bits / 32), rest = bits % 32;
  for (let number = 0; ; number++) {
    const words = hash(String(number));
    let solved = rest === 0 || words[whole] >>> (32 - rest) === 0;
    for (let n = 0; solved && n < whole; n++) solved = words[n] === 0;
    if (solved) { self.postMessage(`${text}:${number}`); return; }
  }
});
