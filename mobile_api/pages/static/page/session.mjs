// The session that the browser's HttpOnly cookies hold: begin, renew, ask who, end.
import { exchange, failureOf } from "./http.mjs";

const SESSION = "/v1/session";
const BROWSER = { cookies: true }; // tokens come as cookies that no script can read
const LOCK = "tannoi-session";
const SEEN_AS = "signed-in"; // only that somebody was, so that pages for everybody need not ask the server who

export const ROLE_WORDS = {
  CITIZEN: "người dân", FIRM: "doanh nghiệp", COURIER: "bưu tá", COLLABORATOR: "cộng tác viên", DISPATCHER: "điều phối viên",
  OFFICE_CLERK: "giao dịch viên một cửa", SECONDED_CLERK: "nhân viên bưu điện tại một cửa", POST_OFFICE_CLERK: "giao dịch viên bưu cục",
  CASHIER: "thủ quỹ", MANAGER: "quản lý", AUDITOR: "kiểm toán", AUTHORITY: "cơ quan giám sát", INTEGRATOR: "hệ thống tích hợp",
};

const OF_PEOPLE = new Set(["CITIZEN", "FIRM"]);
/** Where a role's work begins. */
export const homeOf = (role) => (OF_PEOPLE.has(role) ? "/" : ["DISPATCHER", "MANAGER", "AUDITOR", "AUTHORITY"].includes(role) ? "/console" : "/");

async function demand(method, url, body) {
  const answer = await exchange(method, url, { body });
  if (!answer.ok) throw failureOf(answer);
  return answer.body;
}

function remember(isSignedIn) {
  try {
    if (isSignedIn) localStorage.setItem(SEEN_AS, "yes");
    else localStorage.removeItem(SEEN_AS);
  } catch {
    // no storage: pages for everybody take the person for a guest
  }
}

/** Whether it is worth asking who is signed in. */
export function mayBeSignedIn() {
  try {
    return localStorage.getItem(SEEN_AS) !== null;
  } catch {
    return false;
  }
}

async function begin(url, body) {
  const begun = await demand("POST", url, { ...body, ...BROWSER });
  remember(true);
  return begun;
}

/** Staff: code and password. All of these throw ApiError. */
export const signInByPassword = (code, password) => begin(SESSION, { code, password });
/** Citizens and firms: a code goes to the phone … */
export const askForCode = (phone) => demand("POST", `${SESSION}/codes`, { phone });
/** … and comes back from it. */
export const signInByCode = (phone, code) => begin(`${SESSION}/code`, { phone, code });
/** The one-time link that `tannoi accounts` prints. */
export const signInByLink = (token) => begin(`${SESSION}/link`, { token });

/** The link that a new account comes with: the password that its owner chooses. */
export const setPassword = (token, password) => demand("POST", `${SESSION}/password`, { token, password });

/** Ends the session here; also true when there was none any more. */
export async function signOut() {
  const answer = await exchange("DELETE", SESSION);
  if (!answer.ok && answer.status !== 401) throw failureOf(answer);
  remember(false);
}

/** Who is signed in, or null. Renews an access token that is over. */
export async function whoAmI() {
  let answer = await exchange("GET", SESSION);
  if (answer.status === 401 && (await renew())) answer = await exchange("GET", SESSION);
  if (answer.status === 401) remember(false);
  if (answer.status === 401) return null;
  if (!answer.ok) throw failureOf(answer);
  remember(true);
  return answer.body;
}

let renewing = null;

/** A new access token for the refresh cookie; false when the session has ended.
 *  One at a time, over all tabs of this browser: a refresh token is good for one use. */
export function renew() {
  const once = async () => (await exchange("POST", `${SESSION}/refresh`, { body: {} })).ok;
  renewing ??= (navigator.locks ? navigator.locks.request(LOCK, once) : once()).finally(() => { renewing = null; });
  return renewing;
}
