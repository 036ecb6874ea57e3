/** The commands and their options. Only yargs is loaded here; a command's own code is, when it runs. */
import yargs from "yargs";
import type { Argv } from "yargs";
import { exitCodes } from "./exit-codes.js";

type Run = () => Promise<number>;

/** Parses the words, runs the command they name, and gives the exit code. */
export async function runCommandLine(words: readonly string[], version: string): Promise<number> {
  let chosen: Run | undefined;
  let usageError: string | undefined;
  const choose = (run: Run) => {
    chosen ??= run;
  };
  const parser = describeCommands(yargs([...words]), choose, version)
    .version(version)
    .fail((message, error) => {
      usageError ??= message || error?.message || "The command line cannot be read.";
    });
  await parser.parseAsync();
  if (usageError !== undefined) {
    process.stderr.write(`${usageError}\n\nSee openapi-to-mcp --help.\n`);
    return exitCodes.usage;
  }
  return chosen ? chosen() : exitCodes.fine;
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
        addOptions(command, ["text", "json", "github"]).option("json", {
          type: "boolean",
          describe: "Same as --format json",
        }),
      (argv) => choose(async () => (await import("./inspect.js")).runInspect(argv)),
    )
    .command(
      "check [spec]",
      "Compare a project with what would be generated; write nothing, exit 1 when it is stale",
      (command) =>
        addOptions(command, ["text", "json", "markdown", "github"]).option("fail-on", {
          choices: ["stale", "text", "additive", "breaking"] as const,
          default: "stale" as const,
          describe:
            "The least change that fails: any stale file, or a change of the tools of this class or a worse one",
        }),
      (argv) => choose(async () => (await import("./check.js")).runCheck(argv)),
    )
    .command(
      "explain <code>",
      "Explain a diagnostic",
      (command) =>
        command.positional("code", { type: "string", demandOption: true, describe: "Such as load/ref-not-found" }),
      (argv) => choose(async () => (await import("./explain.js")).runExplain(argv.code)),
    )
    .epilogue("Exit codes: 0 fine; 1 the description, the annotations or the check have errors; 2 wrong usage.")
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

function addWriteOptions<Options>(command: Argv<Options>) {
  return command
    .option("force", { type: "boolean", default: false, describe: "Overwrite generated files that were edited" })
    .option("adopt", {
      type: "boolean",
      default: false,
      describe: "Write into a folder that has files and is no generated project",
    });
}

/** An option given twice: the last one counts, as in most command lines. */
function takeLast(value: string | readonly string[]): string {
  return typeof value === "string" ? value : (value.at(-1) ?? "");
}
