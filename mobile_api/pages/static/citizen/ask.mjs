// How the citizens' pages ask the server, and how a failed question is told to a person.
import { call } from "/static/page/api.mjs";
import { ApiError, exchange, failureOf } from "/static/page/http.mjs";
import { renew } from "/static/page/session.mjs";
import { say } from "/static/citizen/language.mjs";

const PATIENCE_MS = 25_000; // slow networks; after that a person rather tries again

/** What went wrong, as a page shows it: what happened, what to do, and which fields. */
export class Problem extends Error {
  constructor({ code, detail, action, fields = {}, status = 0 }) {
    super(detail);
    Object.assign(this, { code, detail, action: action ?? say("offline_action"), fields, status });
  }
}

/**
 * Ask a JSON question. `key` makes a creating call safe to repeat, `match` is the ETag that was seen,
 * `own` lets the person sign in when it must be; a Blob as `body` is sent as it is; `signal` gives the question up, which throws an
 * AbortError. Else throws a Problem.
 */
export async function ask(method, url, asked = {}) {
  return (await askWithTag(method, url, asked)).body;
}

/** The same, with the ETag of the answer: {body, etag}. */
export async function askWithTag(method, url, { body, key, match, signal, own = false } = {}) {
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, PATIENCE_MS);
  signal?.addEventListener("abort", giveUp);
  const headers = { ...(key && { "Idempotency-Key": key }), ...(match && { "If-Match": match }) };
  try {
    // Signing in takes a person longer than a network: only what needs no person is given up.
    const asked = { body, headers, signal: own ? undefined : patience.signal };
    let answer = await (own ? call : exchange)(method, url, asked);
    if (answer.status === 401) { // a sign-in that ended elsewhere must not keep its browser from what everybody may
      await renew();
      answer = await exchange(method, url, asked);
    }
    if (!answer.ok) throw failureOf(answer);
    return answer;
  } catch (error) {
    if (signal?.aborted) throw new DOMException("given up", "AbortError");
    throw problemOf(error, patience.signal.aborted);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

function problemOf(error, wasSlow) {
  if (!(error instanceof ApiError)) throw error; // a fault of ours: the console shall show it
  const { status, body, retryAfter } = error;
  const action = body?.action && [body.action, retryAfter && say("wait_about", retryAfter)].filter(Boolean).join(" ");
  if (status) return new Problem({ code: error.code || "unreadable", detail: body?.detail ?? say("unreadable_detail", status), action, fields: error.fields, status });
  return new Problem({ code: wasSlow ? "slow" : "offline", detail: say(wasSlow ? "slow_detail" : "offline_detail") });
}
