// Files that go with a complaint: pictures are made small here, then sent under their SHA-256.
import { ask, Problem } from "/static/citizen/ask.mjs";
import { say } from "/static/citizen/language.mjs";

export const MOST_FILES = 5;
export const KINDS_OF_FILES = "image/jpeg,image/png,image/webp,application/pdf";
const MOST_BYTES = 1_048_576; // as the server takes them
const LONGEST_PX = 1800; // a page of paper stays readable
const QUALITY = 0.82;
const PDF = "application/pdf";

/** Sends them one after the other; gives their hashes. Throws a Problem that names the file. */
export async function sendFiles(files, { link, own }) {
  const digests = [];
  for (const file of files) {
    const small = file.type === PDF ? file : await smaller(file);
    if (small.size > MOST_BYTES) throw new Problem({ detail: say("file_too_large", file.name), action: "" });
    const digest = hex(await crypto.subtle.digest("SHA-256", await small.arrayBuffer()));
    try {
      await ask("PUT", `${link}/files/${digest}`, { own, body: small });
    } catch (problem) {
      if (problem.detail) problem.detail = `${file.name}: ${problem.detail}`;
      throw problem;
    }
    digests.push(digest);
  }
  return digests;
}

/** The picture upright and not larger than needed, as JPEG. */
async function smaller(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Problem({ detail: say("file_not_readable", file.name), action: "" });
  }
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  const drawn = canvas.getContext("2d");
  drawn.fillStyle = "#fff"; // what is transparent would turn black
  drawn.fillRect(0, 0, canvas.width, canvas.height);
  drawn.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
