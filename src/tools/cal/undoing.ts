import { AppError } from '../../errors.ts';
import { hashOf } from '../../toolkit/signature.ts';
import type { Settlement } from '../../toolkit/tool.ts';

/** Throws `conflict` when a thing is no longer as the write left it: undoing would take back somebody else's change as well. */
export function checkUntouched(name: string, left: unknown, found: unknown): void {
  if (found === undefined) {
    throw new AppError('conflict', `"${name}" is gone since, so this cannot be undone.`, { hint: 'Nothing was changed.' });
  }
  if (hashOf(left) !== hashOf(found)) {
    throw new AppError('conflict', `"${name}" was changed since, so this cannot be undone.`, {
      hint: 'Nothing was changed. Look at it, and change what you want by hand.',
    });
  }
}

/** What is there, or `undefined` where the API says that it is not. */
export async function findOrNothing<Thing>(work: Promise<Thing>): Promise<Thing | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return undefined;
    throw error;
  }
}

/** Throws `not_found` with words that tell how to find one; other errors stay what they are. */
export async function findOr<Thing>(
  work: Promise<Thing>,
  { what, list }: { readonly what: string; readonly list: string },
): Promise<Thing> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    throw new AppError('not_found', `There is no ${what}.`, { cause: error, hint: `${list} shows what there is.` });
  }
}

/** The members of an earlier image that a change named, under the same names. */
export function pickChanged<Image extends object, Name extends keyof Image>(
  before: Image,
  changed: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Partial<Pick<Image, Name>> {
  // Only members of `before` under their own names come out of this.
  return Object.fromEntries(names.filter((name) => changed[String(name)] !== undefined).map((name) => [name, before[name]])) as Partial<
    Pick<Image, Name>
  >;
}

/** How an update that a crash broke off ended: what it wanted is there, or what was before it still is. */
export function settleUpdate<Output>(
  found: Output | undefined,
  { before, isDone }: { readonly before: unknown; readonly isDone: (found: Output) => boolean },
): Settlement<Output> {
  if (found === undefined) return { happened: 'unknown' };
  if (isDone(found)) return { happened: true, output: found };
  return hashOf(found) === hashOf(before) ? { happened: false } : { happened: 'unknown' };
}

/** How a delete ended: gone is done. */
export function settleDelete<Output>(found: unknown, before: Output): Settlement<Output> {
  return found === undefined ? { happened: true, output: before } : { happened: false };
}

/** Deletes; where the answer was lost, or somebody else was faster, looks whether the thing is gone, which is all that was wanted. */
export async function makeGone(remove: Promise<void>, look: () => Promise<unknown>): Promise<void> {
  try {
    await remove;
  } catch (error) {
    const isUnclear =
      error instanceof AppError && (error.code === 'outcome_unknown' || error.code === 'not_found' || error.code === 'invalid_input');
    if (!isUnclear || (await look()) !== undefined) throw error;
  }
}
