#!/usr/bin/env node
// Runs the binary of this platform, which an optional dependency carries. Nothing is downloaded.
"use strict";

const { spawn } = require("node:child_process");
const os = require("node:os");

function binary() {
  if (process.env.COPYDESK_BINARY) return process.env.COPYDESK_BINARY;
  const name = `@copydesk/${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "copydesk.exe" : "copydesk";
  try {
    return require.resolve(`${name}/${file}`);
  } catch {
    console.error(
      `copydesk: there is no package ${name} here. Install copydesk again without --no-optional (or --omit=optional), ` +
        "or set COPYDESK_BINARY to a binary built with cargo.",
    );
    process.exit(2);
  }
}

const child = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
const pass = (signal) => child.kill(signal);
for (const signal of signals) process.on(signal, pass);
child.on("error", (error) => {
  console.error(`copydesk: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  if (signal) {
    // End the way the binary did.
    for (const name of signals) process.removeListener(name, pass);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(128 + (os.constants.signals[signal] || 0)), 1000);
  } else {
    process.exit(code === null ? 2 : code);
  }
});
