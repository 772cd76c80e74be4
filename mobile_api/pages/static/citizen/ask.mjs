// How the citizens' pages ask the server, and how a failed question is told to a person.
import { ApiError, exchange, failureOf } from "/static/page/http.mjs";
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
 * Ask a JSON question. `key` makes a creating call safe to repeat; `signal` gives the question up,
 * which throws an AbortError. Else throws a Problem.
 */
export async function ask(method, url, { body, key, match, signal } = {}) {
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, PATIENCE_MS);
  signal?.addEventListener("abort", giveUp);
  const headers = { ...(key && { "Idempotency-Key": key }), ...(match && { "If-Match": match }) };
  try {
    const answer = await exchange(method, url, { body, headers, signal: patience.signal });
    if (!answer.ok) throw failureOf(answer);
    return answer.body;
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
  const { status, body } = error;
  if (status) return new Problem({ code: error.code || "unreadable", detail: body?.detail ?? say("unreadable_detail", status), action: body?.action, fields: error.fields, status });
  return new Problem({ code: wasSlow ? "slow" : "offline", detail: say(wasSlow ? "slow_detail" : "offline_detail") });
}
