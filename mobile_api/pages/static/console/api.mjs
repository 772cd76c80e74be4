// Everything the board reads, and how a failed read is told to a person.

const known = new Map(); // url → {etag, body}: an unchanged answer costs no body

/** GET a JSON document; repeats send the ETag. Throws `ApiError` with a Vietnamese reason. */
export async function read(url) {
  const before = known.get(url);
  let answer;
  try {
    answer = await fetch(url, {
      headers: { Accept: "application/json", ...(before && { "If-None-Match": before.etag }) },
      cache: "no-store",
    });
  } catch {
    throw new ApiError("Không kết nối được máy chủ. Kiểm tra dịch vụ rồi tải lại trang.");
  }
  if (answer.status === 304 && before) return before.body;
  const body = await answer.json().catch(() => null);
  if (!answer.ok) {
    const action = body?.action ? ` ${body.action}` : "";
    throw new ApiError((body?.detail ?? `Máy chủ trả lời ${answer.status}.`) + action, answer.status);
  }
  const etag = answer.headers.get("ETag");
  if (etag) known.set(url, { etag, body });
  return body;
}

export class ApiError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}
