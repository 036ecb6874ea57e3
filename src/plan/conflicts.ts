/** Arguments of one name in several actions of a tool: the same thing, or told apart. */
import { LIMITS } from "./limits.js";
import type { PlannedOperation } from "./operation.js";
import { typeOf } from "./schemas.js";

/** Renames arguments whose types disagree with the first of their name: `status` of another type is `import_status`. */
export function settleConflicts(operations: readonly PlannedOperation[]): readonly PlannedOperation[] {
  const types = winningTypes(operations);
  const names = new Set(operations.flatMap((operation) => operation.arguments.map(({ argument }) => argument.name)));
  return operations.map((operation) => {
    const renames = new Map<string, string>();
    for (const { argument } of operation.arguments) {
      const type = typeOf(argument.schema);
      const winner = types.get(argument.name);
      if (type === undefined || winner === undefined || type === winner || renames.has(argument.name)) continue;
      renames.set(argument.name, freeName(`${operation.choice.action}_${argument.name}`, names));
    }
    return renames.size === 0 ? operation : renameArguments(operation, renames);
  });
}

/** Number of arguments that would have to be renamed: a measure of how little the actions have in common. */
export function countConflicts(operations: readonly PlannedOperation[]): number {
  const types = winningTypes(operations);
  return operations
    .flatMap((operation) => operation.arguments)
    .filter(({ argument }) => {
      const type = typeOf(argument.schema);
      return type !== undefined && type !== types.get(argument.name);
    }).length;
}

/** A path argument keeps its name; otherwise the first action's does. */
function winningTypes(operations: readonly PlannedOperation[]): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  const all = operations.flatMap((operation) => operation.arguments.map(({ argument }) => argument));
  for (const argument of [...all.filter(({ in: place }) => place === "path"), ...all]) {
    const type = typeOf(argument.schema);
    if (type !== undefined && !types.has(argument.name)) types.set(argument.name, type);
  }
  return types;
}

function renameArguments(operation: PlannedOperation, renames: ReadonlyMap<string, string>): PlannedOperation {
  const rename = <T extends { readonly name: string }>(argument: T): T => ({
    ...argument,
    name: renames.get(argument.name) ?? argument.name,
  });
  const { variants } = operation.wire;
  return {
    ...operation,
    arguments: operation.arguments.map((planned) => ({ ...planned, argument: rename(planned.argument) })),
    wire: {
      ...operation.wire,
      arguments: operation.wire.arguments.map(rename),
      ...(variants && {
        variants: variants.map((variant) => ({ ...variant, arguments: variant.arguments.map(rename) })),
      }),
    },
  };
}

function freeName(wanted: string, names: Set<string>): string {
  let name = wanted.slice(0, LIMITS.name);
  for (let number = 2; names.has(name); number += 1) name = `${wanted.slice(0, LIMITS.name - 4)}_${number}`;
  names.add(name);
  return name;
}
