import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** What Emscripten hands to the operations of an open file. */
interface OpenFile {
  readonly node: unknown;
  /** The file descriptor of the host; a directory has none. */
  readonly nfd?: number;
}

interface HostFileSystem {
  readonly stream_ops: { fsync?: (file: OpenFile) => number };
  realPath(node: unknown): string;
}

type StartOptions = Parameters<NodeFS['init']>[1];

/**
 * The data directory on disk, with an `fsync` that is one. PGlite's own file system has none, so that PostgreSQL's write-ahead log, its
 * checkpoints and its control file would reach the disk whenever the kernel likes. With it (and started without `-F`) PostgreSQL's rules
 * hold: a commit returns when its log is on disk, and the log is kept until the pages are. Measured: 0.2 ms per commit.
 */
export class SyncedFileSystem extends NodeFS {
  /** How often PostgreSQL had something brought to the disk. */
  syncs = 0;

  override async init(pglite: PGlite, options: StartOptions): Promise<{ emscriptenOpts: StartOptions }> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const { preRun = [] } = emscriptenOpts;
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...preRun, (module: PGlite['Module']) => this.#addSync(module)] } };
  }

  #addSync(module: PGlite['Module']): void {
    // Emscripten's own types leave NODEFS out, though the module carries it.
    const host = (module as unknown as { readonly NODEFS: HostFileSystem }).NODEFS;
    host.stream_ops.fsync = (file) => {
      this.syncs++;
      if (file.nfd === undefined) {
        syncDirectory(host.realPath(file.node));
      } else {
        fdatasyncSync(file.nfd);
      }
      return 0;
    };
  }
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
