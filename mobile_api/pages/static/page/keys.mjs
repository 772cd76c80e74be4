// Idempotency-Keys of forms that can be corrected between two tries.
import { newKey } from "./http.mjs";

/** The Idempotency-Keys of one form: what is sent again unchanged after a lost answer has the same key, something else a new one. */
export function keysOfForm() {
  let key = null;
  let sent = null;
  return (body) => {
    const asked = JSON.stringify(body);
    if (asked !== sent) [sent, key] = [asked, newKey()];
    return key;
  };
}
