/** What the verbs in paths, operationIds and summaries say about an operation. */
import { isPlural } from "./plural.js";
import { splitWords } from "./words.js";

/** Words that a summary or description begins with; its verb, most often, and what it is done to. */
export function readStart(text = ""): readonly string[] {
  return splitWords(text.slice(0, 80));
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Verbs that only read, whatever the method. Not `read`, `filter`, `index`, `load`, `watch`: some APIs write by them. */
const SAFE = set(
  "search query find list lookup get fetch retrieve describe count scroll autocomplete suggest enumerate aggregate",
);

/** Verbs that only read where the method is GET. */
const READING = set(
  `read show view check download export preview compare peek ping inspect explain estimate calculate compute validate
  verify test browse discover watch stream poll resolve diff stat top head has is can exists filter print render
  load index introspect tail poll monitor see who whoami ask return returns display obtain provide all gets lists
  generate batch determine select receive collect`,
);

const CREATING = set("create add new insert register post make");
const UPDATING = set("update edit modify patch change");
const SETTING = set("set put upsert replace save");
const DELETING = set("delete remove destroy erase drop purge del");

/** Verbs of custom methods (AIP-136). Words that are as often nouns stand in `NOUN_OR_VERB`. */
const ACTING = set(
  `accept acknowledge activate adopt allow apply approve archive arm assign attach authenticate authorize ban begin bind
  block bookmark buy call cancel capture change charge checkout claim clear clone close commit complete compose
  confirm connect consume convert copy deactivate decline decrypt dedupe defer demote deny deploy deprovision deregister
  detach disable disarm disassociate discard disconnect dismiss dispatch dispute downgrade drain duplicate eject
  empty enable encrypt end enroll escalate evict exchange execute exec expire extend finalize finish flag flush follow
  forgot forward fulfill grant halt heartbeat hide ignore impersonate import ingest initialize initiate insert
  install invalidate invite invoke issue join kick kill launch leave like link lock login logout mark merge migrate
  move mute notify open opt order pause pay pin place prepare process promote provision prune publish pull push
  quarantine rate reactivate reassign rebase reboot rebuild recalculate reconnect record recover recreate redeem
  redeliver redirect redo refresh refund regenerate reindex reinstall reject release reload relink rename renew reopen
  reorder repair replay reply report reprioritize reprocess request rerun resend reserve reset resize resolve restart
  restore resubmit resume retire retry return revert review revoke rollback rotate run sanitize schedule seal send
  share shift shutdown sign signin signout signup simulate skip snooze split stake star start stop submit subscribe
  suspend swap switch sync synchronize tag takeover terminate test toggle touch track transfer transition translate
  trigger unarchive unassign unban unblock undelete undo unenroll unfollow unhide uninstall unlike unlink unlock unmute
  unpause unpin unpublish unregister unseal unshare unstar unsubscribe unsuspend untag unwatch upgrade upload validate
  verify void vote wait wake withdraw write add attach detach fork rekey abort acquire reconcile regroup answer
  restrict log init bootstrap rollover propose configure reconfigure evaluate annotate classify summarize analyze
  transcribe`,
);

/** Acting words that name things as well: read as verbs only where nothing but one POST (or PUT) stands. */
const NOUN_OR_VERB = set(
  `access address archive batch call change charge checkout claim clone comment commit copy deploy dispute end exchange
  export extend flag fork forward grant import index invite invoice issue join like link load lock login mark merge move
  order pay pin place post process profile promote pull push query rate read record refund release reply report request
  reserve return review run schedule search share shift sign split stake star start state stop subscribe switch tag test
  touch track transfer trigger update upload view vote watch write open empty complete clear close log login signup`,
);

/** What is undone by DELETE on the same path: DELETE /lock is `unlock`. */
const UNDOABLE = set(
  `archive assign ban block bookmark enroll flag follow hide like link lock mute pin publish share snooze star subscribe
  suspend tag watch`,
);

export type VerbKind = "read" | "create" | "update" | "set" | "delete" | "act";

/** Kind of a verb; undefined when the word is none. */
export function findVerbKind(word: string | undefined): VerbKind | undefined {
  if (word === undefined) return undefined;
  if (SAFE.has(word)) return "read";
  if (CREATING.has(word)) return "create";
  if (UPDATING.has(word)) return "update";
  if (SETTING.has(word)) return "set";
  if (DELETING.has(word)) return "delete";
  if (ACTING.has(word)) return "act";
  return READING.has(word) ? "read" : undefined;
}

export function isSafeVerb(word: string | undefined): boolean {
  return word !== undefined && SAFE.has(word);
}

export function isReadingVerb(word: string | undefined): boolean {
  return word !== undefined && (SAFE.has(word) || READING.has(word));
}

/** Whether a word names an act and, as a name of a thing, hardly anything. */
export function isPlainVerb(word: string | undefined): boolean {
  return findVerbKind(word) !== undefined && !(word !== undefined && NOUN_OR_VERB.has(word));
}

export function isVerb(word: string | undefined): boolean {
  return findVerbKind(word) !== undefined;
}

/** Whether words read as a verb with an object, such as "verify microdeposits". */
export function isVerbPhrase(words: readonly string[]): boolean {
  return words.length > 1 && isVerb(words[0]);
}

/** Last word in the plural, as names of collections are. */
export function isPluralPhrase(words: readonly string[]): boolean {
  const last = words.at(-1);
  return last !== undefined && isPlural(last);
}

/** Verb of a past participle: `suspended` is suspend; undefined for other words. */
export function findParticipleVerb(word: string): string | undefined {
  if (!word.endsWith("ed")) return undefined;
  const stems = [word.slice(0, -1), word.slice(0, -2), word.replace(/(.)\1ed$/, "$1")];
  return stems.find((stem) => ACTING.has(stem));
}

/** Words that say which ones, not what: `/latest`, `/archived`. */
const QUALIFYING = set(
  `latest recent newest oldest active inactive pending upcoming popular trending featured current available public
  private mine own unread unadopted hot`,
);

/** Whether a word only narrows the resource it stands below. */
export function isQualifier(word: string | undefined): boolean {
  return word !== undefined && (QUALIFYING.has(word) || findParticipleVerb(word) !== undefined);
}

/** What DELETE does where PUT does `verb`. */
export function findUndoing(verb: string): string | undefined {
  return UNDOABLE.has(verb) ? `un${verb}` : undefined;
}

/** Marks calls that write many items at once. */
export function isBulkWord(word: string | undefined): boolean {
  return word === "bulk" || word === "batch";
}
