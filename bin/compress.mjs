// Writes brotli and gzip variants beside files that browsers load, where they are smaller.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const COMPRESSIBLE = /\.(?:css|html|js|json|svg|txt|webmanifest)$/;
const SMALLEST_BYTES = 1024;

const encodings = [
  // Level 11 saves a few percent more and takes twenty times as long.
  { ending: '.br', encode: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }) },
  { ending: '.gz', encode: (bytes) => promisify(gzip)(bytes, { level: 9 }) },
];

export async function compressFiles(directory) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  await Promise.all(
    files.filter(({ name }) => COMPRESSIBLE.test(name)).map(({ parentPath, name }) => compressFile(join(parentPath, name))),
  );
}

async function compressFile(path) {
  const bytes = readFileSync(path);
  for (const { ending, encode } of encodings) {
    const encoded = bytes.length < SMALLEST_BYTES ? bytes : await encode(bytes);
    if (encoded.length < bytes.length) writeFileSync(path + ending, encoded);
    else rmSync(path + ending, { force: true });
  }
}
