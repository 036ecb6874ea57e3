import { describe, expect, it } from "vitest";
import { createLimiter } from "../../templates/runtime/http-limit.js";

function setup(config: { ratePerMinute: number; maxConcurrent: number }) {
  let time = 0;
  const limit = createLimiter(config, () => time);
  return {
    limit,
    wait: (ms: number) => {
      time += ms;
    },
    admitted: (caller = "a") => {
      const admission = limit(caller);
      if ("release" in admission) admission.release();
      return "release" in admission ? true : admission.retryAfter;
    },
  };
}

describe("the limiter", () => {
  it("refills with time, says how long to wait, and counts each caller apart", () => {
    const { admitted, wait } = setup({ ratePerMinute: 2, maxConcurrent: 0 });
    expect([admitted(), admitted(), admitted()]).toEqual([true, true, 30]);
    expect(admitted("b")).toBe(true);
    wait(30_000);
    expect([admitted(), admitted()]).toEqual([true, 30]);
    wait(3_600_000);
    expect([admitted(), admitted(), admitted()]).toEqual([true, true, 30]);
  });

  it("bounds what runs at once; a double release frees one place only", () => {
    const { limit, admitted } = setup({ ratePerMinute: 0, maxConcurrent: 2 });
    const first = limit("a");
    limit("a");
    expect(admitted()).toBe(1);
    if ("release" in first) {
      first.release();
      first.release();
    }
    const third = limit("a");
    expect("release" in third).toBe(true);
    expect(admitted()).toBe(1);
    expect(admitted("b")).toBe(true);
  });
});
