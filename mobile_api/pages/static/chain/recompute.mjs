// hash = SHA-256(0x00 || prev || JCS(event)): JCS (RFC 8785) of plain objects, texts and integers.

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(",")}}`;
}

function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

async function hashOf(event) {
  const text = new TextEncoder().encode(canonical(event));
  const whole = new Uint8Array(33 + text.length);
  whole.set(bytesOf(event.prev), 1);
  whole.set(text, 33);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The number of the first line that cannot be as it was written; null if all are.
export async function brokenAt(chain) {
  let prev = "00".repeat(32);
  let number = 0;
  for (const { event, hash } of chain.links) {
    number += 1;
    if (event.n !== number || event.prev !== prev || (await hashOf(event)) !== hash) return number;
    prev = hash;
  }
  return chain.head === prev ? null : number + 1;
}
