import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `<home>/owner.json`: who holds the data directory and where its socket is. Written by the lock's holder only. */
export interface OwnerRecord {
  readonly pid: number;
  /** The data directory it was written for; a copied directory carries its original's record. */
  readonly home: string;
  readonly socket: string;
  readonly address: string | null;
  readonly startedAt: string;
  readonly background: boolean;
}

export function readRecord(home: string): OwnerRecord | undefined {
  try {
    const record: Partial<OwnerRecord> = JSON.parse(readFileSync(fileOf(home), 'utf8'));
    if (record.home !== home || typeof record.socket !== 'string' || typeof record.pid !== 'number') return undefined;
    const { pid, socket, address = null, startedAt = '', background = false } = record;
    return { pid, home, socket, address, startedAt, background };
  } catch {
    return undefined;
  }
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export function writeRecord(record: OwnerRecord): void {
  const draft = `${fileOf(record.home)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileOf(record.home));
}

export function removeRecord(home: string): void {
  rmSync(fileOf(home), { force: true });
}

function fileOf(home: string): string {
  return join(home, 'owner.json');
}
