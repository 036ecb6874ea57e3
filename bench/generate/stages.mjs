/** CPU milliseconds of each stage of one run, as JSON. Arguments: description, output folder. */
const imports = process.cpuUsage();
const { generate } = await import("../../dist/src/pipeline.js");
const { writeProject } = await import("../../dist/src/write/write.js");

const [spec, output = ""] = process.argv.slice(2);
const stages = {};
let name = "import";
let since = imports;
const enter = (next) => {
  const { user, system } = process.cpuUsage(since);
  stages[name] = Math.round((user + system) / 1000);
  since = process.cpuUsage();
  name = next;
};
const { files } = await generate({ spec, options: { output, onStage: enter } });
enter("write");
await writeProject(output, files, {}, () => {});
enter("end");
console.log(JSON.stringify(stages));
