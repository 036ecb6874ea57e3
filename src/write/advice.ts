/** Where the change someone made in a generated file belongs. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^src\/generated\/hooks\.ts$/, "Write hooks in src/hooks.ts"],
  [
    /^src\/generated\/(?:operations|types)\//,
    "Change the description, or lay an overlay over it (overlays: in mcp.annotations.yaml)",
  ],
  [/^src\/generated\/|^tools\.json$|^TOOLS\.md$/, "Change names, texts and groups in mcp.annotations.yaml"],
  [/^src\/runtime\//, "Add behaviour in src/hooks.ts or src/main.ts"],
  [/^test\//, "Add tests in a file of your own beside it"],
  [/^\.env\.example$/, "Write values into .env"],
];

export function adviseEdit(file: string): string {
  const place = PLACES.find(([pattern]) => pattern.test(file))?.[1] ?? "Move the change to a file of your own";
  return `${place}; then restore the file, or run again with --force to overwrite it.`;
}
