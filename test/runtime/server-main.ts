/** What a generated project's `src/main.ts` does, for tests that spawn a process. */
import { serve } from "../../templates/runtime/serve.js";
import { definition } from "./server-fixture.js";

if (process.env["TEST_PRINT"] === "true") console.log("printed by a library before start");
await serve(definition, {
  hooks: {
    list_contacts: {
      list: {
        before: () => {
          if (process.env["TEST_PRINT"] === "true") console.log("printed by a hook");
        },
      },
    },
  },
});
