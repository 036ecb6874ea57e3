#!/usr/bin/env node
import module from "node:module";
import v8 from "node:v8";

module.enableCompileCache?.();
// A run ends before inlined code has paid for its compilation; from Node 24 on the compiler costs less.
if (Number.parseInt(process.versions.node, 10) < 24) v8.setFlagsFromString("--no-turbo-inlining");
await import("../dist/bin/main.js");
