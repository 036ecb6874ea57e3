/** Reads the user's hooks. The only importer of ts-morph, which is slow to load: import this lazily. */
import { Node, Project, SyntaxKind } from "ts-morph";
import type { ObjectLiteralExpression, SourceFile } from "ts-morph";

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A hook, or the hooks of a whole tool. */
export interface FoundHook extends Position {
  readonly tool: string;
  readonly action?: string | undefined;
}

/** A name imported from generated code. */
export interface FoundImport extends Position {
  /** As written: `./generated/types/contacts.js`. */
  readonly module: string;
  readonly name: string;
}

export interface HooksSource {
  readonly hooks: readonly FoundHook[];
  readonly imports: readonly FoundImport[];
  /** Where a line can be added at the end of the hooks; undefined when they are no object over several lines. */
  readonly end?: number;
  readonly indent: string;
}

export function readHooks(text: string): HooksSource {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true });
  const file = project.createSourceFile("hooks.ts", text);
  const root = findObject(file.getVariableDeclaration("hooks")?.getInitializer());
  const hooks = [...(root ? readTools(root) : []), ...readTypeReferences(file)];
  return { hooks, imports: readImports(file), indent: "  ", ...(root && findEnd(root)) };
}

/** The object behind `satisfies`, `as`, parentheses and names of constants of the file. */
function findObject(node: Node | undefined): ObjectLiteralExpression | undefined {
  if (!node) return undefined;
  if (Node.isObjectLiteralExpression(node)) return node;
  if (Node.isSatisfiesExpression(node) || Node.isAsExpression(node) || Node.isParenthesizedExpression(node)) {
    return findObject(node.getExpression());
  }
  if (!Node.isIdentifier(node)) return undefined;
  const value = node.getSourceFile().getVariableDeclaration(node.getText())?.getInitializer();
  return value && Node.isObjectLiteralExpression(value) ? value : undefined;
}

interface Entry extends Position {
  readonly name: string;
  readonly value: Node | undefined;
}

function readTools(root: ObjectLiteralExpression): FoundHook[] {
  return readEntries(root).flatMap(({ name: tool, value, ...position }): FoundHook[] => {
    const actions = findObject(value);
    const inner = actions ? readEntries(actions) : [];
    if (inner.length === 0) return [{ tool, ...position }];
    return inner.map(({ name: action, line, column }) => ({ tool, action, line, column }));
  });
}

function readEntries(object: ObjectLiteralExpression): Entry[] {
  return object.getProperties().flatMap((property): Entry[] => {
    if (Node.isShorthandPropertyAssignment(property)) {
      return [{ name: property.getName(), value: property.getNameNode(), ...positionOf(property) }];
    }
    if (!Node.isPropertyAssignment(property)) return [];
    const key = property.getNameNode();
    const name = Node.isStringLiteral(key) ? key.getLiteralValue() : key.getText();
    return [{ name, value: property.getInitializer(), ...positionOf(property) }];
  });
}

/** `ServerHooks["tool"]` and `ServerHooks["tool"]["action"]`, as parts of hooks in constants of their own are typed. */
function readTypeReferences(file: SourceFile): FoundHook[] {
  return file.getDescendantsOfKind(SyntaxKind.IndexedAccessType).flatMap((node): FoundHook[] => {
    const found = /^(?:NonNullable<)?ServerHooks\["(\w+)"\]>?(?:\["(\w+)"\])?$/.exec(node.getText());
    const [, tool, action] = found ?? [];
    return tool === undefined ? [] : [{ tool, ...(action !== undefined && { action }), ...positionOf(node) }];
  });
}

function readImports(file: SourceFile): FoundImport[] {
  return file.getImportDeclarations().flatMap((declaration) => {
    const module = declaration.getModuleSpecifierValue();
    if (!module.startsWith("./generated/")) return [];
    return declaration.getNamedImports().map((named) => ({ module, name: named.getName(), ...positionOf(named) }));
  });
}

function findEnd(root: ObjectLiteralExpression): { readonly end: number; readonly indent: string } | undefined {
  const text = root.getSourceFile().getFullText();
  const brace = root.getEnd() - 1;
  const line = text.lastIndexOf("\n", brace) + 1;
  const before = text.slice(line, brace);
  return before.trim() === "" && line > root.getStart() ? { end: line, indent: `${before}  ` } : undefined;
}

function positionOf(node: Node): Position {
  return node.getSourceFile().getLineAndColumnAtPos(node.getStart());
}
