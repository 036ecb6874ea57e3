import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A run of its own: `npm run conformance`.
    exclude: [...configDefaults.exclude, "test/conformance/**"],
    globalSetup: ["test/e2e/setup.ts"],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
