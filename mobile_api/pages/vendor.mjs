// Copies the few browser files that the pages use out of their packages into vendor/, with
// licence and hash, so that pages work offline and a change of a foreign file is seen.
//
//   node vendor.mjs           install the locked versions aside, copy, write vendor/manifest.json
//   node vendor.mjs --check   compare vendor/ with the manifest; exit 1 and name what differs
//
// A further package: `npm install --package-lock-only NAME`, then its files under "vendored" in
// package.json ("files": paths in the package; "licence_files": paths of its licence texts).

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const VENDOR = join(HERE, "vendor");
const MANIFEST = join(VENDOR, "manifest.json");

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

function installAside() {
  const folder = mkdtempSync(join(tmpdir(), "tannoi-vendor-"));
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) {
    cpSync(join(HERE, name), join(folder, name));
  }
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return folder;
}

function copyPackage(modules, name, { files, licence_files: licenceFiles }) {
  const from = join(modules, name);
  const { version, license } = readJson(join(from, "package.json"));
  const copied = [...files, ...licenceFiles].map((path) => {
    const target = join(VENDOR, name, basename(path));
    mkdirSync(dirname(target), { recursive: true });
    // Maps of sources are not vendored, so the browser must not look for them.
    const text = readFileSync(join(from, path));
    const isScript = /\.(m?js|css)$/.test(path);
    const plain = isScript ? text.toString("utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( \*\/)?\s*$/, "\n") : text;
    writeFileSync(target, plain);
    return { path: relative(VENDOR, target), sha256: sha256(target) };
  });
  return { name, version, licence: license, files: copied };
}

function vendor() {
  const aside = installAside();
  try {
    rmSync(VENDOR, { recursive: true, force: true });
    const wanted = Object.entries(readJson(join(HERE, "package.json")).vendored);
    const packages = wanted.map(([name, choice]) => copyPackage(join(aside, "node_modules"), name, choice));
    writeFileSync(MANIFEST, JSON.stringify({ packages }, null, 2) + "\n");
    for (const { name, version, licence } of packages) console.log(`${name} ${version} (${licence})`);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function check() {
  const known = new Map(readJson(MANIFEST).packages.flatMap(({ files }) => files.map((f) => [f.path, f.sha256])));
  const wrong = [...known].filter(([path, hash]) => !existsSync(join(VENDOR, path)) || sha256(join(VENDOR, path)) !== hash);
  const present = readdirSync(VENDOR, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(VENDOR, join(entry.parentPath, entry.name)));
  const strange = present.filter((path) => path !== "manifest.json" && !known.has(path));
  for (const [path] of wrong) console.error(`vendor/${path} is not what the manifest says: run node vendor.mjs`);
  for (const path of strange) console.error(`vendor/${path} is in no manifest: remove it`);
  return wrong.length + strange.length;
}

if (process.argv[2] === "--check") process.exit(check() ? 1 : 0);
vendor();
