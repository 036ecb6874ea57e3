/** One folder for the generated projects that test files share; removed when the run ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export default function setup(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "openapi-to-mcp-e2e-"));
  process.env["E2E_FOLDER"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
