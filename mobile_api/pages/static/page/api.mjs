// Every call of the pages: keeps the session alive, and leaves no typed word behind when it ends.
import { ApiError, exchange, failureOf, newKey } from "./http.mjs";
import { Recent } from "./recent.mjs";
import { renew } from "./session.mjs";

export { ApiError, newKey };

const MOST_KNOWN = 60; // answers, of which a plan's routes may take a megabyte
const known = new Recent(MOST_KNOWN); // url → {etag, body}: an unchanged answer costs no body
const NOT_SIGNED_IN = 401;
let dismissed = false; // the person closed the question; only an own deed asks again

/** GET a JSON document; repeats send the ETag. Throws ApiError with a reason for people. */
export async function read(url) {
  return (await readWithTag(url)).body;
}

/** As `read`, with the ETag: {body, etag}. */
export async function readWithTag(url) {
  const before = known.get(url);
  const answer = await call("GET", url, { headers: before ? { "If-None-Match": before.etag } : {} });
  if (answer.status === 304 && before) return before;
  const now = { etag: answer.etag, body: answer.body };
  if (answer.etag) known.set(url, now);
  return now;
}

/** A call that changes something. `key`: Idempotency-Key of a creating call, the same for its repeat. */
export async function send(method, url, { body, ifMatch, key } = {}) {
  return call(method, url, { body, headers: { ...(ifMatch && { "If-Match": ifMatch }), ...(key && { "Idempotency-Key": key }) } });
}

/** Sends, renews the session once when it is over, and asks the person to sign in when it ended. */
export async function call(method, url, asked = {}) {
  let answer = await exchange(method, url, asked);
  if (answer.status === NOT_SIGNED_IN && (await renew())) answer = await exchange(method, url, asked);
  if (answer.status === NOT_SIGNED_IN) {
    await signedInAgain(method !== "GET", answer);
    answer = await exchange(method, url, asked);
  }
  if (!answer.ok && answer.status !== 304) throw failureOf(answer);
  return answer;
}

/** A page that nobody has used yet goes to the sign-in page; one in use asks on top of itself. */
async function signedInAgain(isOwnDeed, answer) {
  if (!document.body.dataset.ready) {
    location.replace(`/dang-nhap?tiep=${encodeURIComponent(location.pathname + location.search)}`);
    await new Promise(() => {}); // the page is being left
  }
  if (dismissed && !isOwnDeed) throw failureOf(answer);
  const { askToSignIn } = await import("./sign_in_dialog.mjs");
  dismissed = !(await askToSignIn());
  if (dismissed) throw failureOf(answer);
}
