/** A plan built by hand, with text in it that tries to get out of every place where it may stand. */
import type { JsonSchema, Operation } from "../../templates/runtime/operation.js";
import type { ActionPlan, OperationPlan, ServerPlan, ToolPlan } from "../../src/plan/types.js";

export const HOSTILE = [
  "plain",
  "`${process.exit(1)}`",
  "*/ process.exit(1) /*",
  '"; process.exit(1); "',
  "it's \"both\" and 'more'",
  'many """ quotes',
  "line\nbreak\r\n\u2028\u2029tab\t",
  "</script><!-- --> {{title}} {{{x}}}",
  "\u202eright to left\u202c \u200bzero\ufeff",
  "日本語のとても長い説明文 ".repeat(12),
  "👩‍👩‍👧 emoji 👍🏽 ".repeat(10),
  "\ud800 lone",
  "# heading | cell \\| [link](javascript:x)",
  "// prettier-ignore @ts-nocheck eslint-disable",
  "word ".repeat(60),
  "x".repeat(500),
] as const;

export const KEYS = [
  "a",
  "type",
  "x-y",
  "1",
  "1.5",
  "é",
  "名前",
  "ⅷ",
  "__proto__",
  "constructor",
  'q"q',
  "a'b",
  "long key ".repeat(14),
];

const text = (i: number): string => HOSTILE[i % HOSTILE.length] ?? "";

/** A schema with every key and text; made with `fromEntries`, so that `__proto__` is a property of its own. */
function hostileSchema(depth: number): JsonSchema {
  const properties = KEYS.map((key, i): [string, JsonSchema] => {
    if (i === 0 && depth > 0) return [key, hostileSchema(depth - 1)];
    if (i === 1) return [key, { type: "array", items: depth > 0 ? hostileSchema(depth - 1) : { type: "integer" } }];
    if (i === 2) return [key, { enum: [...HOSTILE.slice(0, 9), null, 1, -1, 1e21] }];
    return [key, { type: ["string", "null"], description: text(i + depth), default: text(i + depth + 1) }];
  });
  return { type: "object", properties: Object.fromEntries(properties), required: ["a", "1"] };
}

export function operationPlan(constant: string, wire: Partial<Operation> = {}): OperationPlan {
  const name = constant.charAt(0).toUpperCase() + constant.slice(1);
  return {
    key: `GET /${constant}`,
    constant,
    inputType: `${name}Input`,
    outputType: `${name}Output`,
    input: { type: "object", properties: { id: { type: "string" } }, required: ["id"], additionalProperties: false },
    output: { type: "object", properties: { name: { type: "string" } } },
    wire: {
      id: constant,
      method: "GET",
      path: `/${constant}/{id}`,
      class: "read",
      idempotent: true,
      arguments: [{ name: "id", in: "path", wire: "id", required: true, schema: { type: "string" } }],
      ...wire,
    },
  };
}

export function actionPlan(key: string, operation: OperationPlan, more: Partial<ActionPlan> = {}): ActionPlan {
  return {
    action: key,
    key,
    operation,
    role: "get",
    class: operation.wire.class,
    summary: `Get ${key}.`,
    scopes: ["things:read"],
    confirm: false,
    noun: "thing",
    arguments: [],
    why: "",
    ...more,
  };
}

export function toolPlan(name: string, actions: readonly ActionPlan[], more: Partial<ToolPlan> = {}): ToolPlan {
  return {
    name,
    file: name.replaceAll("_", "-"),
    constant: `${name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}Tool`,
    title: name,
    description: "A tool.",
    domain: "demo",
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    actions,
    properties: { id: { type: "string" } },
    tokens: 10,
    why: "",
    ...more,
  };
}

/** One grouped tool of harmless data, and one tool per hostile text. */
export function hostilePlan(): ServerPlan {
  const read = operationPlan("readThing");
  const write = operationPlan("writeThing", {
    method: "POST",
    class: "write",
    body: { mediaType: "application/json" },
    security: [{ key: [] }, {}],
  });
  const hostile = HOSTILE.map((evil, i) => {
    return {
      ...operationPlan(`evil${i}`, {
        id: evil,
        path: `/${evil}/{id}`,
        output: hostileSchema(2),
        fixed: [
          { in: "header", wire: evil, value: [evil, 1, 2, 3, ...Array.from({ length: 40 }, (_, n) => n * 1000)] },
        ],
      }),
      input: hostileSchema(2),
      output: i % 2 === 0 ? hostileSchema(3) : { enum: [...HOSTILE] },
    };
  });
  const tools = [
    toolPlan("manage_thing", [actionPlan("read", read), actionPlan("write", write, { confirm: true })]),
    ...hostile.map((operation, i) =>
      toolPlan(`evil_${i}`, [actionPlan("get", operation, { action: null, summary: text(i), noun: text(i + 2) })], {
        title: text(i),
        description: text(i + 1),
        properties: { id: { type: "string" }, body: hostileSchema(2) },
      }),
    ),
  ];
  return {
    name: "demo",
    title: HOSTILE.join(" "),
    version: text(2),
    instructions: HOSTILE.join("\n"),
    baseUrl: null,
    specName: `demo ${text(2)} ${text(6)}.yaml`,
    tools,
    resources: [
      { file: "things", operations: [read, write] },
      { file: "evil", operations: hostile },
    ],
    domains: [{ name: "__proto__", description: text(3), tools: [], tokens: 0 }],
    // TypeScript takes the context of a property named `constructor` from Object.
    securitySchemes: Object.fromEntries(
      KEYS.filter((key) => key !== "constructor").map((key) => [key, { type: "bearer", env: "DEMO_TOKEN" } as const]),
    ),
    environment: HOSTILE.map((description, i) => ({
      name: `DEMO_${i}`,
      description,
      required: i % 2 === 0,
      secret: true,
      example: description,
    })),
    aliases: Object.fromEntries(HOSTILE.map((evil) => [evil, "manage_thing"])),
    prompts: [{ name: "p", description: text(1), arguments: [{ name: "a", description: text(2) }], text: text(3) }],
    skipped: [],
    tokens: { grouped: 10, granular: 30 },
  };
}
