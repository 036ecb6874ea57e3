/** One replica of a server: makes one call under a request id and prints what came of it. */
import { createRedisStore } from "../../templates/runtime/store-redis.js";
import { call, createRuntime, createThing, toolOf } from "./call-fixture.js";

const [, , redisUrl = "", apiUrl = "", count = "1"] = process.argv;
const store = await createRedisStore(redisUrl);
const harness = createRuntime(apiUrl, { store, settings: { timeoutMs: 10_000 } });
const calls = Array.from({ length: Number(count) }, () =>
  call(harness, toolOf(createThing), { name: "Ada", request_id: "request-0001" }),
);
process.stdout.write(JSON.stringify(await Promise.all(calls)));
await store.close();
