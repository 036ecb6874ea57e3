#!/usr/bin/env node
import module from "node:module";
import v8 from "node:v8";

module.enableCompileCache?.();
// A run ends before optimized code has paid for its compilation: less is compiled, later (docs/adr/0006).
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) v8.setFlagsFromString("--no-turbo-inlining");
if (major < 22) v8.setFlagsFromString("--interrupt-budget=400000");
await import("../dist/bin/main.js");
