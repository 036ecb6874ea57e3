/** Edits single entries of a package.json as text: what is not edited keeps its form. */

/** A member of a JSON object: where its key starts, and where its value starts and ends. */
interface Member {
  readonly key: string;
  readonly start: number;
  readonly value: number;
  readonly end: number;
}

/** The text with one entry of a section set; the section and the entry are added where they are missing. */
export function setEntry(text: string, section: string, key: string, value: string): string {
  const root = readMembers(text, text.indexOf("{"));
  const found = root.find((member) => member.key === section);
  const lead = leadOf(text, text.indexOf("{"), root);
  const pair = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  // One line per entry where the file has lines at all.
  const block = `{${lead}${lead.replace(/^[\r\n]+/, "")}${pair}${lead}}`;
  if (!found) return insertMember(text, root, { lead, key: section, pair: `${JSON.stringify(section)}: ${block}` });
  const members = readMembers(text, found.value);
  const own = members.find((member) => member.key === key);
  if (own) return splice(text, own.value, own.end, JSON.stringify(value));
  if (members.length === 0) return splice(text, found.value, found.end, block);
  return insertMember(text, members, { lead: leadOf(text, found.value, members), key, pair, sorted: true });
}

interface Insertion {
  readonly lead: string;
  readonly key: string;
  readonly pair: string;
  readonly sorted?: boolean;
}

/** In front of the first that comes later in the alphabet, as npm sorts dependencies; else at the end. */
function insertMember(text: string, members: readonly Member[], { lead, key, pair, sorted }: Insertion): string {
  const next = sorted ? members.find((member) => member.key > key) : undefined;
  if (next) return splice(text, next.start, next.start, `${pair},${lead}`);
  const last = members.at(-1);
  const at = last?.end ?? text.indexOf("{") + 1;
  return splice(text, at, at, `${last ? "," : ""}${lead}${pair}`);
}

/** What stands between the brace and the first member: a line break and its indentation. */
function leadOf(text: string, open: number, members: readonly Member[]): string {
  return text.slice(open + 1, members[0]?.start ?? open + 1);
}

function splice(text: string, start: number, end: number, content: string): string {
  return text.slice(0, start) + content + text.slice(end);
}

/** The members of the object whose brace stands at `open`, of a text that is JSON. */
function readMembers(text: string, open: number): readonly Member[] {
  const members: Member[] = [];
  let depth = 0;
  let key: { readonly name: string; readonly start: number } | undefined;
  let value = -1;
  let end = -1;
  const close = (): void => {
    if (key && value >= 0) members.push({ key: key.name, start: key.start, value, end });
    key = undefined;
    value = -1;
  };
  for (const { 0: token, index } of text.slice(open).matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const at = open + index;
    if (depth === 1 && (token === "," || token === "}")) close();
    else if (depth === 1 && !key) key = { name: String(JSON.parse(token)), start: at };
    else if (depth === 1 && value < 0 && token !== ":") value = at;
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    if (depth === 0) break;
    end = at + token.length;
  }
  return members;
}
