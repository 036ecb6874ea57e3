import { describe, expect, test } from "vitest";
import { createCollector } from "../../src/diagnostics/collector.js";
import { locateDiagnostic, sourceOfText } from "../../src/diagnostics/locate.js";
import type { LocatedDiagnostic } from "../../src/diagnostics/locate.js";
import { printDiagnosticsGithub } from "../../src/diagnostics/print-github.js";
import { toJsonDiagnostics } from "../../src/diagnostics/print-json.js";
import { countDiagnostics, printDiagnosticsText } from "../../src/diagnostics/print-text.js";
import { suggestName } from "../../src/diagnostics/suggest.js";

const text = "version: 1\ntools:\n  manage_contact:\n    titel: x\n";
const [unknownKey] = [
  locateDiagnostic(
    {
      code: "annotations/unknown-key",
      severity: "error",
      message: 'Unknown key "titel" in tools.manage_contact.',
      at: { file: "a.yaml", line: 4, column: 5 },
      fix: 'Did you mean "title"?',
    },
    [sourceOfText("a.yaml", text)],
  ),
];

const warning = (message: string): LocatedDiagnostic => ({
  code: "annotations/long-text",
  severity: "warning",
  message,
});

describe("text", () => {
  test("says what, where with the line, why and what to do", () => {
    expect(printDiagnosticsText([unknownKey!], { color: false })).toBe(
      [
        'error Unknown key "titel" in tools.manage_contact. [annotations/unknown-key]',
        "  at a.yaml:4:5",
        "    4 |     titel: x",
        "      |     ^",
        "  why: The annotations hold a key that means nothing at this place, so what it asks for would not happen.",
        '  fix: Did you mean "title"?',
        "",
      ].join("\n"),
    );
  });

  test("puts errors first, explains a code once and counts what it leaves out", () => {
    const many = Array.from({ length: 8 }, (_, i) => warning(`Name ${i} is long.`));
    const printed = printDiagnosticsText([...many, unknownKey!], { color: false });
    expect(printed.startsWith("error")).toBe(true);
    expect(printed.match(/why: Clients cut/g)).toHaveLength(1);
    expect(printed).toContain("… and 3 more of annotations/long-text (--format json lists all)");
    expect(printed).not.toContain("Name 5");
    expect(printDiagnosticsText(many, { color: false, quiet: true })).toBe("");
    expect(countDiagnostics([...many, unknownKey!])).toBe("1 error, 8 warnings");
  });

  test("lets no control character of a description through", () => {
    const hostile = "x\u001b[2Jy\u0007\u009b31m\u202eevil\u2028line\nnext";
    const diagnostic = { ...unknownKey!, message: hostile, fix: hostile, sourceLine: `\t${hostile}` };
    const printed = printDiagnosticsText([diagnostic], { color: false });
    expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202a-\u202e\u2028]/u);
    expect(printed).toContain("line next");
  });
});

test("github: properties and data are escaped", () => {
  const position = { file: "a,b:c.yaml", line: 4, column: 5 };
  const printed = printDiagnosticsGithub([
    { ...unknownKey!, message: "100% bad\r\n::error::x", at: position, position },
  ]);
  expect(printed).toBe(
    "::error file=a%2Cb%3Ac.yaml,line=4,col=5,title=Unknown key (annotations/unknown-key)::" +
      '100%25 bad ::error::x%0ADid you mean "title"?\n',
  );
});

test("json: position and pointer", () => {
  const at = { file: "crm.yaml", pointer: "/paths/~1contacts" };
  const found = { code: "annotations/bad-skip", severity: "error", message: "m", at } as const;
  const source = { locate: () => ({ file: "crm.yaml", line: 7, column: 3 }), line: () => "x" };
  expect(toJsonDiagnostics([locateDiagnostic(found, [source])])).toEqual([
    {
      code: "annotations/bad-skip",
      severity: "error",
      message: "m",
      fix: "Write a pattern such as `DELETE /admin/**`.",
      file: "crm.yaml",
      line: 7,
      column: 3,
      pointer: "/paths/~1contacts",
    },
  ]);
});

test("a node that is missing is shown at the nearest one around it", () => {
  const source = {
    locate: ({ pointer }: { pointer: string }) =>
      pointer === "/paths" ? { file: "f", line: 2, column: 1 } : undefined,
    line: () => "paths:",
  };
  const at = { file: "f", pointer: "/paths/~1x/get" };
  const located = locateDiagnostic({ code: "annotations/bad-skip", severity: "error", message: "", at }, [source]);
  expect(located.position).toEqual({ file: "f", line: 2, column: 1 });
});

test("strict: warnings count as errors; a repetition counts once", () => {
  const collector = createCollector({ strict: true });
  collector.report({ code: "annotations/long-text", message: "long" });
  collector.report({ code: "annotations/long-text", message: "long" });
  expect(collector.diagnostics).toMatchObject([{ severity: "error" }]);
  expect(collector.hasErrors()).toBe(true);
});

test.each([
  ["titel", ["title", "description"], "title"],
  ["read_only_hint", ["readOnlyHint"], "readOnlyHint"],
  ["createContcat", ["createContact", "updateContact"], "createContact"],
  ["zzz", ["title"], undefined],
  ["x", ["y", "zz"], "y"],
])("suggests for %s", (name, candidates, wanted) => {
  expect(suggestName(name, candidates)).toBe(wanted);
});
