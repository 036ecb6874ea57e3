import { existsSync } from "node:fs";
import path from "node:path";
import { annotationsFile } from "../pipeline.js";

/** What the user said about places. */
export interface Places {
  readonly spec?: string | undefined;
  readonly output?: string | undefined;
  readonly annotations?: string | undefined;
}

/** Where things are; the output is only known after planning when nothing says it. */
export interface Project {
  readonly spec: string | undefined;
  readonly annotations: string | ((serverName: string) => string);
  readonly output: string | undefined;
  /** The folder that was chosen after the server's name, once it is known. */
  readonly chosen: () => string | undefined;
}

/** Finds the project that a command is about; a text when nothing names a description. */
export function locateProject({ spec, output: given, annotations }: Places): Project | string {
  const output = given ?? (isProject(".") ? "." : undefined);
  const chosen = () => undefined;
  if (annotations !== undefined) {
    if (spec === undefined && !existsSync(annotations)) return `There is no annotation file ${annotations}.`;
    return { spec, annotations, output, chosen };
  }
  if (output !== undefined) {
    const file = path.join(output, annotationsFile);
    if (spec === undefined && !existsSync(file)) return `${file} does not exist, and no description is named.`;
    return { spec, annotations: file, output, chosen };
  }
  if (spec !== undefined) return chooseByName(spec);
  if (existsSync(annotationsFile)) return { spec, annotations: annotationsFile, output: ".", chosen };
  return `Name a description (a file or URL), or run this in a generated project: there is no ${annotationsFile} here.`;
}

/** `./<server-name>-mcp`; what the annotations in there say of the name does not move it. */
function chooseByName(spec: string): Project {
  let folder: string | undefined;
  const annotations = (serverName: string) => {
    folder = `${serverName}-mcp`;
    return path.join(folder, annotationsFile);
  };
  return { spec, annotations, output: undefined, chosen: () => folder };
}

function isProject(folder: string): boolean {
  return existsSync(path.join(folder, ".openapi-to-mcp", "manifest.json"));
}
