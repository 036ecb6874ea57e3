/** The commands and their options. Only yargs is loaded here; a command's own code is, when it runs. */
import yargs from "yargs";
import type { Argv } from "yargs";
import { exitCodes } from "./exit-codes.js";

type Run = () => Promise<number>;

/** What `-` stands for; positions name it so. */
const STDIN = "/dev/stdin";

/** Parses the words, runs the command they name, and gives the exit code. */
export async function runCommandLine(words: readonly string[], version: string): Promise<number> {
  let chosen: Run | undefined;
  let usageError: string | undefined;
  const choose = (run: Run) => {
    chosen ??= run;
  };
  // What happens without a command is what many call so.
  const given = (words[0] === "generate" ? words.slice(1) : words).map((word) => (word === "-" ? STDIN : word));
  const parser = describeCommands(yargs(given), choose, version).fail((message, error) => {
    usageError ??= message || error?.message || "The command line cannot be read.";
  });
  await parser.parseAsync();
  if (usageError !== undefined) {
    process.stderr.write(`${usageError}\n\nSee openapi-to-mcp --help.\n`);
    return exitCodes.usage;
  }
  return chosen ? chosen() : exitCodes.fine;
}

/** Help of a command as `--help` prints it; "" is the first page. */
export async function renderHelp(topic: string, version: string): Promise<string> {
  let text = "";
  const parser = describeCommands(yargs(), () => {}, version);
  await parser.parseAsync([topic, "--help"].filter(Boolean), {}, (_error, _argv, output) => {
    text = output;
  });
  return text;
}

function describeCommands(parser: Argv, choose: (run: Run) => void, version: string): Argv {
  return parser
    .scriptName("openapi-to-mcp")
    .locale("en")
    .exitProcess(false)
    .parserConfiguration({ "greedy-arrays": false, "dot-notation": false, "boolean-negation": false })
    .usage("Generates an MCP server from an OpenAPI description.")
    .command(
      "$0 [spec]",
      "Generate a server, or regenerate the project in this folder",
      (command) => addWriteOptions(addOptions(command, ["text", "json", "github"])),
      (argv) => choose(async () => (await import("./generate.js")).runGenerate(argv, version)),
    )
    .command(
      "inspect [spec]",
      "Print the tools a description gives; write nothing",
      (command) =>
        addOptions(command, ["text", "json", "github"])
          .option("json", { type: "boolean", describe: "Same as --format json" })
          .option("html", { type: "string", requiresArg: true, describe: "Also write a page to look at to this file" }),
      (argv) => choose(async () => (await import("./inspect.js")).runInspect(argv)),
    )
    .command(
      "check [spec]",
      "Compare a project with what would be generated; write nothing, exit 1 when it is stale",
      (command) => addCheckOptions(command),
      (argv) => choose(async () => (await import("./check.js")).runCheck(argv)),
    )
    .command(
      "diff [old] [new]",
      "Compare the tools of two descriptions, two tools.json, or two revisions of a project; write nothing",
      (command) => addDiffOptions(command),
      (argv) => choose(async () => (await import("./diff.js")).runDiff(argv)),
    )
    .command(
      "lint [spec]",
      "Hold the tools against what clients and providers take, exit 1 when one would refuse them",
      (command) => addLintOptions(command),
      (argv) => choose(async () => (await import("./lint.js")).runLint(argv)),
    )
    .command(
      "explain <code>",
      "Explain a diagnostic",
      (command) =>
        command.positional("code", { type: "string", demandOption: true, describe: "Such as load/ref-not-found" }),
      (argv) => choose(async () => (await import("./explain.js")).runExplain(argv.code)),
    )
    .epilogue("Exit codes: 0 fine; 1 the description, the annotations or the check have errors; 2 wrong usage.")
    .version(version)
    .help()
    .alias("help", "h")
    .strict()
    .wrap(110);
}

function addOptions<Format extends string>(command: Argv, formats: readonly Format[]) {
  return command
    .positional("spec", {
      type: "string",
      describe: "File or URL of the description; in a generated project the annotation file names it",
    })
    .option("output", {
      alias: "o",
      type: "string",
      requiresArg: true,
      coerce: takeLast,
      describe: "Project folder (default ./<server-name>-mcp)",
    })
    .option("annotations", {
      type: "string",
      requiresArg: true,
      coerce: takeLast,
      describe: "Annotation file (default mcp.annotations.yaml in the project folder)",
    })
    .option("overlay", {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "OpenAPI Overlay document to apply first (repeatable)",
    })
    .option("allow-remote-refs", { type: "boolean", default: false, describe: "Follow $refs to http(s) addresses" })
    .option("strict", { type: "boolean", default: false, describe: "Treat warnings as errors" })
    .option("frozen", {
      type: "boolean",
      default: false,
      describe: "Refuse operations that the annotation file does not name",
    })
    .option("format", { choices: formats, describe: "How results are printed (default text)" })
    .option("quiet", { type: "boolean", default: false, describe: "Print errors only" });
}

function addCheckOptions(command: Argv) {
  return addOptions(command, ["text", "json", "markdown", "github"])
    .option("fail-on", {
      choices: ["stale", "any", "text", "additive", "breaking"] as const,
      default: "stale" as const,
      describe:
        "The least change that fails: any stale file, any change of the tools, or one of this class or a worse one",
    })
    .option("explain-generator", {
      type: "boolean",
      default: false,
      describe: "Say whether changes come from the description, the annotations or another generator version",
    });
}

function addDiffOptions(command: Argv) {
  return command
    .positional("old", { type: "string", describe: "A description, a tools.json, or a project folder" })
    .positional("new", { type: "string", describe: "What it is compared with" })
    .option("base", { type: "string", requiresArg: true, describe: "Git revision to compare the project with" })
    .option("head", { type: "string", requiresArg: true, describe: "Git revision in place of the files as they are" })
    .option("output", { alias: "o", type: "string", default: ".", describe: "Project folder for --base" })
    .option("annotations", { type: "string", requiresArg: true, describe: "Annotation file for two descriptions" })
    .option("allow-remote-refs", { type: "boolean", default: false, describe: "Follow $refs to http(s) addresses" })
    .option("fail-on", {
      choices: ["never", "any", "text", "additive", "breaking"] as const,
      default: "never" as const,
      describe: "The least change that fails: any, or one of this class or a worse one",
    })
    .option("format", {
      choices: ["text", "json", "markdown", "github"] as const,
      default: "text" as const,
      describe: "How results are printed",
    });
}

function addLintOptions(command: Argv) {
  return addOptions(command, ["text", "json", "github"])
    .positional("spec", {
      type: "string",
      describe: "List of tools (tools.json, an answer of tools/list), project folder, or description",
    })
    .option("profile", {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "Client, provider or rule book (repeatable; default all)",
    })
    .option("surface", {
      choices: ["grouped", "granular"] as const,
      default: "grouped" as const,
      describe: "Tools as they are grouped, or one per operation (MCP_SURFACE of the server)",
    });
}

function addWriteOptions<Options>(command: Argv<Options>) {
  return command
    .option("force", { type: "boolean", default: false, describe: "Overwrite generated files that were edited" })
    .option("adopt", {
      type: "boolean",
      default: false,
      describe: "Write into a folder that has files and is no generated project",
    })
    .option("ci", {
      choices: ["github", "gitlab", "none"] as const,
      describe: "Whose CI workflow the project gets (default github; a project keeps what it has)",
    });
}

/** An option given twice: the last one counts, as in most command lines. */
function takeLast(value: string | readonly string[]): string {
  return typeof value === "string" ? value : (value.at(-1) ?? "");
}
