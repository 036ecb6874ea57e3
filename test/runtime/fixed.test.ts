import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { readFixedValues } from "../../templates/runtime/fixed.js";
import type { FixedArgument } from "../../templates/runtime/operation.js";
import { createRedactor } from "../../templates/runtime/secrets.js";
import { definition } from "./server-fixture.js";

const tenant: FixedArgument = { in: "header", wire: "X-Tenant", fromEnv: "TENANT_ID", required: true };
const key: FixedArgument = { in: "header", wire: "X-Key", fromEnv: "CRM_API_KEY" };

function actionWith(fixed: readonly FixedArgument[]) {
  const action = Object.values(definition.tools[0]?.actions ?? {})[0];
  if (action === undefined) throw new Error("The definition has no action.");
  return { ...action, operation: { ...action.operation, fixed } };
}

it("reads values from the environment, and hides those that are secrets by their names", () => {
  const redactor = createRedactor();
  const env = { TENANT_ID: "acme-1", CRM_API_KEY: "k-12345678" };
  const { resolve, problems } = readFixedValues([actionWith([tenant, key])], env, redactor);
  expect([resolve("TENANT_ID"), resolve("CRM_API_KEY"), resolve("OTHER"), problems]).toEqual([
    "acme-1",
    "k-12345678",
    undefined,
    [],
  ]);
  expect(redactor.redact("acme-1 k-12345678 and more")).toBe("acme-1 [redacted] and more");
});

it("says what is missing, of all that is required", () => {
  const variant = { ...actionWith([]).operation, fixed: [tenant] };
  const action = { ...actionWith([key]), operation: { ...actionWith([key]).operation, variants: [variant] } };
  expect(readFixedValues([action], { TENANT_ID: "" }, createRedactor()).problems).toEqual([
    "TENANT_ID is required: no request goes out without its value.",
  ]);
});

it("reads a file, and says which file cannot be read", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "fixed-"));
  try {
    await writeFile(path.join(folder, "tenant"), "acme-2\n");
    const env = { TENANT_ID_FILE: path.join(folder, "tenant"), CRM_API_KEY_FILE: path.join(folder, "none") };
    const { resolve, problems } = readFixedValues([actionWith([tenant, key])], env, createRedactor());
    expect(resolve("TENANT_ID")).toBe("acme-2");
    expect(problems).toEqual(["CRM_API_KEY_FILE names a file that cannot be read or is empty."]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
