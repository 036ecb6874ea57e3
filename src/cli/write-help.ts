/** Last step of the build: the help texts as the parser prints them, so that help is answered without it. */
import { writeFileSync } from "node:fs";
import { renderHelp } from "./commands.js";
import { helpFile, helpTopics } from "./help.js";
import { readVersion } from "./version.js";

const texts: Record<string, string> = {};
for (const topic of helpTopics) texts[topic] = await renderHelp(topic, readVersion());
writeFileSync(helpFile, `${JSON.stringify(texts, null, 2)}\n`);
