#!/usr/bin/env node
// This file is yours: it was written once and is never overwritten.
// Transport, credentials and limits come from the environment; .env.example lists every variable.
import { definition } from "./generated/server.js";
import { hooks } from "./hooks.js";
import { serve } from "./runtime/serve.js";

await serve(definition, { hooks });
