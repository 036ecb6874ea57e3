import { expect, test } from "vitest";
import { planNoun } from "../../src/plan/nouns.js";
import { choice, intent, operation, plan } from "./fixture.js";

const automation = { noun: "automation", resource: "/automations" };

test.each([
  ["/automations", undefined],
  ["/automations/{id}", "automation"],
  ["/automations/{automation_id}/stop", "automation"],
  ["/automations/{automation_id}/runs/{run_id}", "run"],
  ["/automations/{id}/dnsRecords/{dnsRecordId}", "dns record"],
  ["/automations/{id}/sources/{id2}", "id2"],
  ["/automations/{id}/payment-sources/{uuid}", "payment source"],
  ["/scopes/{scope}/automations", "scope"],
  ["/repos/{owner}/{repo}/issues/{issue_number}#x", "issue"],
  ["/{tenant}/{id}", "automation"],
])("%s names a %s", (path, noun) => {
  expect(planNoun(path, automation)).toBe(noun);
});

test("each action names what its own path ends with, whatever the tool is about", () => {
  const get = operation("GET /contacts/{id}");
  const note = operation("GET /contacts/{id}/notes/{note_id}");
  const { server } = plan([intent("get_contact", [choice("get", get), choice("get_note", note)])]);
  expect(server.tools[0]?.actions.map(({ key, noun }) => [key, noun])).toEqual([
    ["get", "contact"],
    ["get_note", "note"],
  ]);
});
