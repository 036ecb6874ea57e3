import { expect, test } from "vitest";
import { defaultAnnotations } from "../../src/annotations/defaults.js";
import { clusterOperations } from "../../src/cluster/cluster.js";
import type { Annotations } from "../../src/annotations/types.js";
import { createFit } from "../../src/cluster/fit-names.js";
import { createApi, CRM } from "./api.js";

function group(lines: readonly string[], defaults: Partial<Annotations["defaults"]> = {}): Record<string, string[]> {
  const annotations = defaultAnnotations();
  const settings = { ...annotations, defaults: { ...annotations.defaults, ...defaults } };
  const { intents } = clusterOperations(createApi(lines), settings, (diagnostic) => {
    throw new Error(diagnostic.message);
  });
  return Object.fromEntries(intents.map(({ name, choices }) => [name, choices.map(({ action }) => action)]));
}

test("a CRM gives its contact tools", () => {
  expect(group(CRM)).toEqual({
    list_contacts: ["list"],
    manage_contact: ["create", "update", "delete", "set_status"],
    get_contact: ["get"],
    add_contact_note: ["add"],
  });
});

test("one list of parts stays a tool of its own", () => {
  expect(group([...CRM, "GET /contacts/{contact_id}/notes listContactNotes"])).toMatchObject({
    get_contact: ["get"],
    list_contact_notes: ["list"],
  });
});

test("several reads of one item are actions of its read tool", () => {
  const reads = ["GET /contacts/{contact_id}/notes", "GET /contacts/{contact_id}/deals"];
  expect(group([...CRM, ...reads])["get_contact"]).toEqual(["get", "list_notes", "list_deals"]);
});

test.each<[Annotations["defaults"]["split"], Record<string, string[]>]>([
  ["read-write", { get_thing: ["list", "get"], manage_thing: ["create", "delete"] }],
  ["none", { manage_thing: ["list", "create", "get", "delete"] }],
  ["delete-apart", { list_things: ["list"], create_thing: ["create"], get_thing: ["get"], delete_thing: ["delete"] }],
])("split: %s", (split, tools) => {
  expect(group(["GET /things", "POST /things", "GET /things/{id}", "DELETE /things/{id}"], { split })).toEqual(tools);
});

interface Row {
  readonly line: string;
  readonly with?: readonly string[];
  readonly want: readonly [tool: string, role: string, effect: string, action: string];
}

const rows: Row[] = [
  { line: "GET /v1/contacts", with: ["GET /v1/contacts/{id}"], want: ["list_contacts", "list", "read", "list"] },
  { line: "GET /me", want: ["get_me", "get", "read", "get"] },
  { line: "POST /contacts/search", with: ["POST /contacts"], want: ["search_contacts", "search", "read", "search"] },
  { line: "GET /contacts/search", with: ["GET /contacts"], want: ["list_contacts", "search", "read", "search"] },
  { line: "POST /contacts/{id}/archive", want: ["archive_contact", "action", "write", "archive"] },
  { line: "POST /contacts/{id}:archive", want: ["archive_contact", "action", "write", "archive"] },
  { line: "POST /events/{id}/read", want: ["read_event", "action", "write", "read"] },
  { line: "GET /sessions/revoke revokeSessions", want: ["revoke_sessions", "action", "write", "revoke"] },
  {
    line: "GET /tokens/{id}/cycle rotateToken",
    with: ["GET /tokens/{id}"],
    want: ["rotate_token_cycle", "action", "write", "rotate"],
  },
  {
    line: "DELETE /issues/{id}/lock",
    with: ["PUT /issues/{id}/lock"],
    want: ["manage_issue", "action", "delete", "unlock"],
  },
  {
    line: "PUT /users/{id}/suspended",
    with: ["DELETE /users/{id}/suspended"],
    want: ["manage_user", "action", "write", "suspend"],
  },
  {
    line: "DELETE /contacts",
    with: ["GET /contacts/{id}"],
    want: ["delete_contacts", "delete", "delete", "delete_all"],
  },
  {
    line: "POST /contacts/bulk",
    with: ["POST /contacts", "DELETE /contacts/{id}"],
    want: ["bulk_create_contacts", "action", "write", "bulk_create"],
  },
  {
    line: "POST /customers/{id}",
    with: ["GET /customers/{id}", "POST /customers"],
    want: ["manage_customer", "update", "write", "update"],
  },
  {
    line: "PUT /pets updatePet",
    with: ["POST /pets addPet", "GET /pets/{id}"],
    want: ["update_pet", "update", "write", "update"],
  },
  { line: "PUT /pages/{id}", with: ["PATCH /pages/{id}"], want: ["manage_page", "replace", "write", "replace"] },
  { line: "GET /silence/{id}", with: ["GET /silences"], want: ["get_silence", "get", "read", "get"] },
  { line: "GET /containers/{id}/json", with: ["GET /containers/json"], want: ["get_container", "get", "read", "get"] },
  {
    line: "GET /contacts/archived",
    with: ["GET /contacts/{id}"],
    want: ["get_archived_contact", "get", "read", "get"],
  },
  { line: "GET /groups/by-id/{id}", with: ["GET /groups"], want: ["get_group_by_id", "get", "read", "get"] },
  { line: "POST /purge", want: ["purge", "delete", "delete", "purge"] },
  {
    line: "GET /search/repositories searchRepositories",
    with: ["GET /repositories", "GET /repositories/{id}", "GET /search/users"],
    want: ["search_repositories", "search", "read", "search"],
  },
  { line: "POST /track/lead trackLead", with: ["POST /track/sale"], want: ["track_lead", "create", "write", "track"] },
  {
    line: "POST /uploads/{id}/exports upload_export_create",
    with: ["GET /uploads/{id}"],
    want: ["create_upload_export", "create", "write", "create"],
  },
  {
    line: "POST /jobs/{id}/attach",
    with: ["GET /jobs/{id}/attach/ws"],
    want: ["attach_job", "action", "write", "attach"],
  },
];

test.each(rows)("$line", ({ line, with: others = [], want }) => {
  const key = line.split(" ").slice(0, 2).join(" ");
  const { intents } = clusterOperations(createApi([line, ...others]), defaultAnnotations(), () => {});
  const found = intents.flatMap(({ name, choices }) => choices.map((choice) => ({ name, ...choice })));
  const choice = found.find(({ operation }) => operation.key === key);
  expect([choice?.name, choice?.role, choice?.class, choice?.action]).toEqual(want);
});

test.each([
  ["Search for invoices", ["search_invoices", "search", "read"]],
  ["Searches invoices that match", ["search_invoices", "search", "read"]],
  ["Saves a search", ["create_search_invoice", "create", "write"]],
])("POST /search-invoices is what its summary says: %s", (summary, want) => {
  const api = createApi(["POST /v1/search-invoices", "GET /v1/invoices", "GET /v1/invoices/{id}"]);
  const operations = api.operations.map((operation, i) => (i === 0 ? { ...operation, summary } : operation));
  const { intents } = clusterOperations({ ...api, operations }, defaultAnnotations(), () => {});
  const [intent] = intents.filter(({ choices }) => choices.some(({ operation }) => operation.summary === summary));
  expect([intent?.name, intent?.choices[0]?.role, intent?.choices[0]?.class]).toEqual(want);
});

test.each([
  ["POST /tax/settings", "Updates the tax settings", "update"],
  ["POST /tax/settings", "<p>Updates the tax settings", "update"],
  ["POST /tax/settings", "Saves settings", "create"],
  ["POST /tickets/{id}/owner assignOwner", "Update the owner of a ticket", "action"],
  ["PUT /devices/{id}", "Update a device", "update"],
  ["PUT /devices/{id} put_device", "Update a device", "update"],
  ["PUT /devices/{id}", "A device", "replace"],
])("%s, %s: %s", (line, summary, want) => {
  const api = createApi([line]);
  const operations = api.operations.map((operation) => ({ ...operation, summary }));
  const { intents } = clusterOperations({ ...api, operations }, defaultAnnotations(), () => {});
  expect(intents.flatMap(({ choices }) => choices.map((choice) => choice.role))).toEqual([want]);
});

test.each([
  ["GET /server/gc getServerGc", "Flush the garbage", "write"],
  ["GET /session/{id} getSessionId", "Open a session as another user", "write"],
  ["GET /imports/{id}", "Import contacts status", "read"],
  ["GET /userinfo getUserinfo", "OpenID Connect userinfo", "read"],
  ["GET /session/{id} fetchSession", "Open a session as another user", "read"],
])("%s, %s: a %s", (line, summary, want) => {
  const api = createApi([line]);
  const operations = api.operations.map((operation) => ({ ...operation, summary }));
  const { intents } = clusterOperations({ ...api, operations }, defaultAnnotations(), () => {});
  expect(intents.flatMap(({ choices }) => choices.map((choice) => choice.class))).toEqual([want]);
});

test("calls of an RPC API are grouped by what they are about", () => {
  const calls = ["sendMessage", "deleteMessage", "getMe", "banMember", "unbanMember"].map((name) => `POST /${name}`);
  expect(group(calls)).toEqual({
    manage_message: ["send", "delete"],
    get_me: ["get"],
    manage_member: ["ban", "unban"],
  });
});

test("dotted calls are read as resource and verb", () => {
  const calls = ["chat.post", "chat.delete", "users.list", "users.info"].map((name) => `POST /${name}`);
  expect(group(calls)).toMatchObject({ manage_chat: ["post", "delete"], list_users: ["list"] });
});

test("twins in two scopes are one action, the one that needs most comes first", () => {
  const lines = ["GET /gists", "GET /users/{username}/gists", "GET /gists/{gist_id}"];
  const { intents } = clusterOperations(createApi(lines), defaultAnnotations(), () => {});
  const list = intents.find(({ name }) => name === "list_gists");
  const [choice] = list?.choices ?? [];
  expect([choice?.operation.path, choice?.twins.map(({ path }) => path)]).toEqual([
    "/users/{username}/gists",
    ["/gists"],
  ]);
});

test("scopes that are too many are not all twins of one", () => {
  const lines = Array.from({ length: 30 }, (_x, i) => `GET /s${i}/{id${i}}/gists`);
  const { intents } = clusterOperations(createApi(lines), defaultAnnotations(), () => {});
  const choices = intents.flatMap((intent) => intent.choices);
  expect(choices.reduce((sum, { twins }) => sum + 1 + twins.length, 0)).toBe(30);
  expect(Math.max(...choices.map(({ twins }) => twins.length))).toBeLessThanOrEqual(12);
});

test("no twins where one takes the id of the other's scope as a filter: a call could mean either", () => {
  const api = createApi(["GET /gists", "GET /users/{username}/gists", "GET /gists/{gist_id}"]);
  const [all, own, one] = api.operations;
  const [username] = own?.parameters ?? [];
  if (!all || !own || !one || !username) throw new Error("The lines make no operations.");
  const query = (name: string) => ({ ...username, name, in: "query" as const, required: false });
  const twinsWith = (names: readonly string[]) => {
    const operations = [
      { ...all, parameters: names.map(query) },
      { ...own, parameters: [username, query("since")] },
      one,
    ];
    const { intents } = clusterOperations({ ...api, operations }, defaultAnnotations(), () => {});
    return intents.flatMap(({ choices }) => choices).flatMap(({ twins }) => twins.map(({ path }) => path));
  };
  expect(twinsWith(["since"])).toEqual(["/gists"]);
  expect(twinsWith(["since", "username"])).toEqual([]);
});

test("one noun in two places is qualified in both", () => {
  const names = Object.keys(group(["GET /code/alerts", "GET /secrets/alerts", "GET /status"]));
  expect(names).toEqual(["list_code_alerts", "list_secret_alerts", "get_status"]);
});

test("reads and writes never share a tool, and no tool has more than 12 actions", () => {
  const verbs = "start stop pause resume restart kill rename upgrade connect attach detach reboot resize".split(" ");
  const lines = ["GET /machines", "POST /machines", "DELETE /machines/{id}", "GET /machines/{id}/top"];
  const api = createApi([...lines, ...verbs.map((verb) => `POST /machines/{id}/${verb}`)]);
  for (const { choices } of clusterOperations(api, defaultAnnotations(), () => {}).intents) {
    expect(choices.length).toBeLessThanOrEqual(12);
    expect(new Set(choices.map((choice) => choice.class === "read")).size).toBe(1);
  }
});

test("the order of the document changes no name", () => {
  const lines = [...CRM, "GET /code/alerts", "GET /secrets/alerts", "POST /alerts", "GET /contacts/{contact_id}/notes"];
  const sorted = (given: readonly string[]) =>
    Object.entries(group(given))
      .map(([name, actions]) => `${name}: ${[...actions].sort().join(" ")}`)
      .sort();
  for (let turn = 1; turn < lines.length; turn++) {
    expect(sorted([...lines.slice(turn), ...lines.slice(0, turn)])).toEqual(sorted(lines));
  }
  expect(sorted([...lines].reverse())).toEqual(sorted(lines));
});

const longPaths = ["/apis/lettermailforwarding.post.io/v1", "/apis/lettermailforwarding.post.io/v1beta1"].flatMap(
  (base) => ["recipientconfigurations", "internationalforwardingrules"].map((noun) => `${base}/${noun}`),
);

test("names too long for clients lose the words that say least, and stay apart", () => {
  const lines = longPaths.flatMap((path) => [`GET ${path}`, `GET ${path}/{name}`, `DELETE ${path}`]);
  const namesOf = (given: readonly string[]) =>
    clusterOperations(createApi(given), defaultAnnotations(), () => {}, { maxName: 44 })
      .intents.map(({ name }) => name)
      .sort();
  const things = ["recipientconfiguration", "internationalforwardingrule"];
  const wanted = ["", "v1beta1_"].flatMap((version) =>
    things.flatMap((noun) => [`delete_${version}${noun}s`, `get_${version}${noun}`, `list_${version}${noun}s`]),
  );
  expect(namesOf(lines)).toEqual(wanted.sort());
  expect(namesOf([...lines].reverse())).toEqual(namesOf(lines));
});

test("a name keeps the words that few others have", () => {
  const fit = createFit(24, [
    ["list", "account", "billing", "notes"],
    ["get", "account", "billing", "call", "note"],
  ]);
  expect(fit(["list", "account", "notes"])).toEqual(["list_account_notes"]);
  expect(fit(["add", "account", "billing", "call", "note"])).toEqual(["add_call_note", "add_note"]);
  expect(fit(["manage", "x".repeat(30)])).toEqual([]);
});

test("names from a hostile description are legal", () => {
  const lines = [`GET /${"x".repeat(500)}`, "GET /__proto__", "GET /\u202e中文", "POST /constructor/{`${a}`}", "GET /"];
  const names = Object.keys(group(lines));
  expect(names).toHaveLength(5);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
});

test("too many reads of one item: lists of parts stay apart from what reads one part", () => {
  const parts = ["notes", "deals", "files", "tags", "calls", "mails", "tasks"].flatMap((part) => [
    `GET /contacts/{id}/${part}`,
    `GET /contacts/{id}/${part}/{part_id}`,
  ]);
  const tools = group(["GET /contacts", "GET /contacts/{id}", ...parts]);
  expect(tools).toMatchObject({ list_notes: ["list"], get_note: ["get"], get_contact: ["get"] });
  expect(Object.values(tools).every((actions) => actions.length === 1)).toBe(true);
});
