import { describe, expect, it } from "vitest";
import type { Intent } from "../../src/cluster/types.js";
import { choice, intent, operation, plan } from "./fixture.js";

/** Tools on one path literal, each on a resource of its own. */
function tools(path: string, count: number, noun = path.split("/").at(-1) ?? ""): readonly Intent[] {
  return Array.from({ length: count }, (_, i) => {
    const get = operation(`GET /v1/${path}/{x${i}}`);
    return intent(`get_${path.replaceAll("/", "_")}_${i}`, [choice("get", get)], { noun });
  });
}

const sizes = (intents: readonly Intent[]) =>
  plan(intents).server.domains.map(({ name, tools: names }) => [name, names.length]);

const large = [...tools("orders", 20), ...tools("carts", 20)];

describe("domains of a large API", () => {
  it.each<[string, readonly Intent[], readonly (readonly [string, number])[]]>([
    [
      "what is too small for a server is named after what it holds",
      [...large, ...tools("refunds", 3), ...tools("payouts", 2), ...tools("mandates", 1)],
      [
        ["orders", 20],
        ["carts", 20],
        ["refunds-and-payouts", 6],
      ],
    ],
    [
      "a relative takes it in",
      [...large, ...tools("order_notes", 2), ...tools("order_tags", 2)],
      [
        ["orders", 24],
        ["carts", 20],
      ],
    ],
    [
      "names that begin alike are one domain",
      [...large, ...tools("file_links", 3), ...tools("files", 3)],
      [
        ["orders", 20],
        ["carts", 20],
        ["files", 6],
      ],
    ],
    [
      "and so are many that end alike",
      [...large, ...tools("chat_hooks", 2), ...tools("mail_hooks", 2), ...tools("web_hooks", 2)],
      [
        ["orders", 20],
        ["carts", 20],
        ["hooks", 6],
      ],
    ],
    [
      "but not in a word that any name could have",
      [...large, ...tools("chat_api", 3), ...tools("mail_api", 2), ...tools("web_api", 1)],
      [
        ["orders", 20],
        ["carts", 20],
        ["chat-api-and-mail-api", 6],
      ],
    ],
    [
      "a version is named where there are two of it",
      [...large, ...tools("batch_v1", 5), ...tools("batch", 1), ...tools("apps_v1", 5), ...tools("apps_v2", 5)],
      [
        ["orders", 20],
        ["carts", 20],
        ["batch", 6],
        ["apps-v1", 5],
        ["apps-v2", 5],
      ],
    ],
    [
      "a second literal divides what the first cannot",
      [...tools("orgs/teams", 30), ...tools("orgs/hooks", 8), ...tools("orgs/keys", 3), ...tools("orgs/seats", 2)],
      [
        ["orgs-teams", 30],
        ["orgs-hooks", 8],
        ["orgs", 5],
      ],
    ],
    [
      "one literal for all is divided by what the tools are about",
      [
        ...tools("shop", 25, "order"),
        ...tools("shop", 20, "gift card").map((each) => ({ ...each, name: `${each.name}_b` })),
      ],
      [
        ["shop", 23],
        ["shop-gift-cards-and-orders", 22],
      ],
    ],
  ])("%s", (_, intents, want) => expect(sizes(intents)).toEqual(want));

  it("numbers a name only where nothing tells two domains apart", () => {
    const names = sizes(tools("shop", 90, "order")).map(([name]) => name);
    expect(names).toEqual(["shop", "shop-orders", "shop-2"]);
  });

  it("says what is in a domain", () => {
    const { domains } = plan([...large, ...tools("refunds", 3, "refund"), ...tools("payouts", 3, "payout")]).server;
    expect(domains.at(-1)?.description).toBe("Refunds and payouts: refunds and payouts.");
    expect(domains[0]?.description).toBe("Orders.");
  });
});
