import { writeFile } from "node:fs/promises";
import { printDiagnosticsPage } from "./page.js";

await writeFile(new URL("../../docs/diagnostics.md", import.meta.url), printDiagnosticsPage());
