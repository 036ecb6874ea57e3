import { catalog, findCatalogEntry } from "../diagnostics/catalog.js";
import { suggestName } from "../diagnostics/suggest.js";
import { cleanText } from "../diagnostics/text.js";
import { exitCodes } from "./exit-codes.js";

/** Prints the catalog entry of a code. */
export async function runExplain(code: string): Promise<number> {
  const entry = findCatalogEntry(code);
  if (!entry) {
    const meant = suggestName(code, Object.keys(catalog));
    process.stderr.write(`There is no diagnostic ${cleanText(code)}.${meant ? ` Did you mean ${meant}?` : ""}\n`);
    return exitCodes.usage;
  }
  process.stdout.write(`${code} (${entry.severity}): ${entry.title}\n\n  why: ${entry.cause}\n  fix: ${entry.fix}\n`);
  return exitCodes.fine;
}
