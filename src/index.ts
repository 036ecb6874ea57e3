/**
 * The programmatic API: `generate({ spec, annotations })` gives the files, the plan and the diagnostics of a run.
 * It reads the description and the annotation file and writes nothing.
 */
export { annotationsFile, generate } from "./pipeline.js";
export type { AnnotationSource, GenerateInput, GenerateOptions, GenerateResult, Stage } from "./pipeline-types.js";
export type { LocatedDiagnostic } from "./diagnostics/locate.js";
export type { Diagnostic, Severity, SourcePointer, SourcePosition } from "./diagnostics/types.js";
export type { GeneratedFile } from "./emit/types.js";
export type { ActionPlan, ArgumentPlan, DomainPlan, OperationPlan, ServerPlan, ToolPlan } from "./plan/types.js";
