#!/usr/bin/env node
// Makes the npm packages: `node npm/assemble.js OUT linux-x64=target/release/copydesk …` writes OUT/copydesk and a package
// for each platform named. The version is Cargo.toml's.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const PLATFORMS = { "darwin-arm64": 0, "darwin-x64": 0, "linux-arm64": 0, "linux-x64": 0, "win32-x64": 0 };

function fail(message) {
  console.error(`assemble: ${message}`);
  process.exit(2);
}

const [out, ...binaries] = process.argv.slice(2);
if (!out || binaries.length === 0) fail("expected OUT and at least one PLATFORM=BINARY");
const root = path.dirname(__dirname);
const manifest = fs.readFileSync(path.join(root, "Cargo.toml"), "utf8");
const version = (/^version = "([^"]+)"/m.exec(manifest) || fail("no version in Cargo.toml"))[1];

const main = JSON.parse(fs.readFileSync(path.join(__dirname, "copydesk", "package.json"), "utf8"));
main.version = version;
for (const name of Object.keys(main.optionalDependencies)) main.optionalDependencies[name] = version;
const home = path.join(out, "copydesk");
fs.rmSync(home, { recursive: true, force: true });
fs.cpSync(path.join(__dirname, "copydesk"), home, { recursive: true });
fs.writeFileSync(path.join(home, "package.json"), JSON.stringify(main, null, 2) + "\n");
for (const file of ["README.md", "LICENSE-MIT", "LICENSE-APACHE"]) fs.copyFileSync(path.join(root, file), path.join(home, file));

for (const pair of binaries) {
  const at = pair.indexOf("=");
  const platform = pair.slice(0, at);
  const binary = pair.slice(at + 1);
  if (at < 0 || !(platform in PLATFORMS)) fail(`${pair}: expected PLATFORM=BINARY, one of ${Object.keys(PLATFORMS).join(", ")}`);
  if (!fs.existsSync(binary)) fail(`${binary}: no such file`);
  const [system, cpu] = platform.split("-");
  const folder = path.join(out, platform);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const name = system === "win32" ? "copydesk.exe" : "copydesk";
  fs.copyFileSync(binary, path.join(folder, name));
  fs.chmodSync(path.join(folder, name), 0o755);
  const description = `The copydesk binary for ${platform}`;
  const about = { name: `@copydesk/${platform}`, version, description, license: main.license, repository: main.repository };
  const where = { os: [system], cpu: [cpu], files: [name], preferUnplugged: true };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ ...about, ...where }, null, 2) + "\n");
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) fs.copyFileSync(path.join(root, file), path.join(folder, file));
  fs.copyFileSync(path.join(root, "data", "LICENSES.md"), path.join(folder, "LICENSES-DATA.md"));
}
console.log(`${out}: copydesk ${version} with ${binaries.length} binary package${binaries.length === 1 ? "" : "s"}`);
