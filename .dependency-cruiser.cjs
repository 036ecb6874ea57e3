/** Which folder may import which: values flow left to right, and only the types of earlier stages are shared. */
const stages = ["load", "model", "annotations", "cluster", "plan", "emit", "write"];
const leaves = "^src/(diagnostics|naming|tokens)/";
const contracts = `^src/(${stages.join("|")})/types\\.ts$`;
const pureRuntime = "^templates/runtime/(operation|tool|listing(-text|-output|-granular)?|variables)\\.ts$";

const betweenStages = stages.map((stage) => ({
  name: `${stage}-imports-only-contracts`,
  comment: "A stage imports itself, the types of other stages, the leaves, and the pure types of the runtime.",
  severity: "error",
  from: { path: `^src/${stage}/` },
  to: { path: "^(src|templates)/", pathNot: [`^src/${stage}/`, contracts, leaves, pureRuntime] },
}));

/** Types of later stages; annotations may read the plan they are recorded from. */
const order = stages.slice(0, -1).map((stage, i) => ({
  name: `${stage}-knows-nothing-later`,
  severity: "error",
  from: { path: `^src/${stage}/` },
  to: {
    path: `^src/(${stages.slice(i + 1).join("|")})/`,
    ...(stage === "annotations" && { pathNot: "^src/plan/types" }),
  },
}));

module.exports = {
  forbidden: [
    {
      name: "lint-knows-no-stage",
      comment: "It looks at tools as a client sees them, wherever they come from.",
      severity: "error",
      from: { path: "^src/lint/" },
      to: { path: "^(src|templates)/", pathNot: ["^src/lint/", leaves, pureRuntime] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    ...betweenStages,
    ...order,
    {
      name: "leaves-import-nothing",
      severity: "error",
      from: { path: leaves },
      to: { path: "^(src|templates)/", pathNot: leaves },
    },
    {
      name: "pure-stages-touch-nothing",
      comment: "No file, no network, no process: value in, value out.",
      severity: "error",
      from: { path: "^src/(model|cluster|plan|emit|lint|naming|diagnostics)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "runtime-stands-alone",
      severity: "error",
      from: { path: "^templates/runtime/" },
      to: { path: "^src/" },
    },
    {
      name: "only-the-command-line-starts-the-pipeline",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(cli/|index\\.ts$)" },
      to: { path: "^src/(pipeline\\.ts$|cli/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    includeOnly: { path: "^(src|templates/runtime)/|^node:|^[a-z_/]+$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
