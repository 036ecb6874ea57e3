import type { Annotations } from "../annotations/types.js";
import type { Api } from "../model/types.js";
import type { ToolDraft } from "./drafts.js";
import { LIMITS } from "./limits.js";
import { cutText, firstSentences } from "./text.js";

/**
 * What a model reads before it knows the tools: what the API is for, what it deals with, and the conventions that all
 * tools share. The best stands first, because clients cut the end.
 */
export function planInstructions(context: {
  readonly api: Api;
  readonly annotations: Annotations;
  readonly drafts: readonly ToolDraft[];
}): string {
  const { api, annotations, drafts } = context;
  if (annotations.server.instructions !== undefined)
    return cutText(annotations.server.instructions, LIMITS.instructions);
  const title = annotations.server.title ?? api.title;
  const nouns = [...new Set(drafts.map((draft) => draft.intent.noun))].slice(0, 30);
  const operations = drafts.flatMap((draft) => draft.operations);
  const about = firstSentences(api.description, 400, 3);
  const parts = [
    `Tools of ${firstSentences(title, 100).replace(/\.$/, "") || "this API"}.`,
    about,
    nouns.length > 0 ? `They deal with: ${nouns.join(", ")}.` : "",
    operations.some(({ wire }) => wire.pagination)
      ? "Lists return next_cursor while there is more; pass it as cursor with the other arguments unchanged."
      : "",
    operations.some(({ wire }) => wire.class !== "read")
      ? "A write may carry a request_id; repeating the call with the same request_id never runs it twice."
      : "",
    "A failed call explains in error.hint what to do next.",
  ];
  return cutText(parts.filter((part) => part !== "").join(" "), LIMITS.instructions);
}
