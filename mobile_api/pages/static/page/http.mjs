// One HTTP exchange with our own server: JSON both ways, and failures in the reader's language.

/** What a failed call says to a person; programs look at `code`, `status`, `fields`. */
export class ApiError extends Error {
  constructor(message, { status = 0, code = "", fields = {}, retryAfter = null, body = null } = {}) {
    super(message);
    Object.assign(this, { status, code, fields, retryAfter, body });
  }
}

/** Sends once, JSON or a Blob; gives {ok, status, body, etag}. Throws ApiError only when nobody answers or `signal` gives up. */
export async function exchange(method, url, { body, headers = {}, signal } = {}) {
  let answer;
  const isFile = body instanceof Blob;
  try {
    answer = await fetch(url, {
      method,
      cache: "no-store",
      credentials: "same-origin",
      signal,
      headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang || "vi", ...(body !== undefined && { "Content-Type": isFile ? body.type : "application/json" }), ...headers },
      ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError("Không kết nối được máy chủ. Kiểm tra mạng rồi thử lại; những gì đã nhập vẫn còn.");
  }
  const read = answer.status === 204 || answer.status === 304 ? null : await answer.json().catch(() => null);
  const wait = Number(answer.headers.get("Retry-After"));
  return { ok: answer.ok, status: answer.status, body: read, etag: answer.headers.get("ETag"), retryAfter: wait > 0 ? wait : null };
}

/** The ApiError of an answer that is no success. */
export function failureOf({ status, body, retryAfter }) {
  const words = [body?.detail ?? `Máy chủ trả lời ${status}.`, body?.action, retryAfter && `(còn khoảng ${waitWords(retryAfter)})`];
  return new ApiError(words.filter(Boolean).join(" "), { status, code: body?.code ?? "", fields: body?.fields ?? {}, retryAfter, body });
}

const waitWords = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} giây` : `${Math.ceil(seconds / 60)} phút`);

/** A new Idempotency-Key; works without HTTPS too, where randomUUID does not exist. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
