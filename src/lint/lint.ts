import { checkList } from "./check-list.js";
import { checkSchema } from "./check-schema.js";
import { checkTool } from "./check-tool.js";
import type { Finding, LintInput, Profile } from "./types.js";

/** Holds a list of tools against profiles. Pointers are relative to the list: `/0/inputSchema`. */
export function lintTools(input: LintInput, profiles: readonly Profile[]): Finding[] {
  const found = profiles.flatMap((profile): Finding[] => {
    const ofTools = input.tools.flatMap((tool, i) => {
      const about = checkTool(tool, input.serverName, profile).map((finding) => ({ ...finding, pointer: `/${i}` }));
      return [...about, ...checkSchema(tool.inputSchema, `/${i}/inputSchema`, profile)];
    });
    return [...checkList(input, profile), ...ofTools].map((finding) => ({ ...finding, profile: profile.name }));
  });
  return [...checkTwins(input), ...found];
}

/** No client can tell two tools of one name apart. */
function checkTwins({ tools }: LintInput): Finding[] {
  const seen = new Set<string>();
  return tools.flatMap(({ name }, i): Finding[] => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const fault = "another tool has this name";
    return [
      { code: "lint/name-twice", severity: "error", profile: "every client", pointer: `/${i}`, fault, limit: "" },
    ];
  });
}
