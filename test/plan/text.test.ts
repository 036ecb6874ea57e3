import { expect, it } from "vitest";
import { escapeMarkdown } from "../../src/emit/markdown.js";
import { cleanText, firstTelling } from "../../src/plan/text.js";

it.each([
  ["<!-- a hack -->\n<style>\nh1 { margin: 1em; }\n</style>\n\nManages documents.", "Manages documents."],
  ["A <SCRIPT type='x'>alert(1)</script>b", "A b."],
  ["**Bold** and [a link](https://x.test)", "Bold and a link."],
])("reads %j as %j", (text, plain) => {
  expect(cleanText(text)).toBe(plain);
});

it("passes over what a description says about itself", () => {
  expect(firstTelling("Note: in public beta.\nLists queries.", 80)).toBe("Lists queries.");
  expect(firstTelling("Note: in public beta.", 80)).toBe("");
});

it.each([
  ["Sent over HTTP. Or ftp.", "Sent over HTTP. Or ftp."],
  ["See https://x.test or www.x.test", "See https&#8203;://x.test or www&#8203;.x.test"],
])("makes no link of %j", (text, markdown) => {
  expect(escapeMarkdown(text)).toBe(markdown);
});
