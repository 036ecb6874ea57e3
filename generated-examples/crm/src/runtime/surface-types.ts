/** What a surface is, whichever way its tools are cut. Types only. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Caller, ErrorPayload, NameCall } from "./context.js";
import type { ListedTool } from "./listing.js";
import type { Action, ServerDefinition, Tool } from "./tool.js";

export type Arguments = Readonly<Record<string, unknown>>;

/** Where a call of an exposed tool leads. */
export type Route =
  | {
      readonly kind: "call";
      readonly tool: Tool;
      /** Absent: the caller named no action that exists; the call itself explains what is missing. */
      readonly action?: { readonly name: string; readonly action: Action };
      readonly arguments: Arguments;
    }
  | { readonly kind: "answer"; readonly result: CallToolResult }
  | { readonly kind: "refusal"; readonly error: ErrorPayload };

/** One name a client may call. */
export interface SurfaceEntry {
  readonly name: string;
  /** The entry of tools/list, limited to what the caller may use; undefined when nothing is left. */
  list(isAllowed: (action: Action) => boolean): ListedTool | undefined;
  route(args: Arguments, caller: Caller | undefined): Route;
  /** How a client calls an action through this entry; undefined when it cannot. */
  readonly nameCall: NameCall;
}

export interface Surface {
  /** `tools/list` for a caller; the same bytes for the same scopes. */
  list(caller: Caller | undefined): readonly ListedTool[];
  /** By listed name or alias. */
  find(name: string): SurfaceEntry | undefined;
  /** How a caller reaches an action, for hints; undefined for what it may not use. */
  nameCall(caller: Caller | undefined): NameCall;
  /** Every name that answers. */
  readonly entries: readonly SurfaceEntry[];
  /** Every action that can be reached. */
  readonly actions: readonly Action[];
}

/** What the entries of one surface are built from. */
export interface SurfaceInput {
  readonly definition: ServerDefinition;
  /** The tools of the chosen domain. */
  readonly tools: readonly Tool[];
  isExposed(tool: Tool, action: string): boolean;
}
