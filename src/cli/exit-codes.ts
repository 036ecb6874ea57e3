/** What a caller can rely on; anything else is a bug and ends with a stack trace. */
export const exitCodes = {
  fine: 0,
  /** The description, the annotations or the freshness check have errors. */
  failed: 1,
  usage: 2,
} as const;
