import { open, type Database, type RootDatabase } from "lmdb";

export interface CrmRecord {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** One kind of record, newest last by id. */
export interface Table {
  get(id: number): CrmRecord | undefined;
  insert(fields: Readonly<Record<string, unknown>>): CrmRecord;
  replace(record: CrmRecord): void;
  remove(id: number): void;
  /** Records below `before`, newest first. */
  newestFirst(before?: number): Iterable<CrmRecord>;
  count(): number;
}

export interface StoredAnswer {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: unknown;
}

export interface CrmStore {
  readonly contacts: Table;
  readonly notes: Table;
  readonly companies: Table;
  readonly deals: Table;
  readonly answers: Database<StoredAnswer, string>;
  close(): Promise<void>;
}

/** Opens (or creates) the database in a folder; what it holds survives a restart. */
export function openCrmStore(folder: string): CrmStore {
  const root = open({ path: folder, maxDbs: 8 });
  return {
    contacts: openTable(root, "contacts"),
    notes: openTable(root, "notes"),
    companies: openTable(root, "companies"),
    deals: openTable(root, "deals"),
    answers: root.openDB<StoredAnswer, string>({ name: "answers" }),
    close: () => root.close(),
  };
}

function openTable(root: RootDatabase, name: string): Table {
  const db = root.openDB<CrmRecord, number>({ name });
  const lastId = () => [...db.getKeys({ reverse: true, limit: 1 })][0] ?? 0;
  return {
    get: (id) => db.get(id),
    insert: (fields) =>
      db.transactionSync(() => {
        const record = { ...fields, id: lastId() + 1 };
        db.putSync(record.id, record);
        return record;
      }),
    replace: (record) => void db.putSync(record.id, record),
    remove: (id) => void db.removeSync(id),
    newestFirst: (before) =>
      db
        .getRange(before === undefined ? { reverse: true } : { reverse: true, start: before - 1 })
        .map(({ value }) => value),
    count: () => db.getKeysCount(),
  };
}
