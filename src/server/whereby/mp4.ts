export interface Caption {
  /** From the beginning; each later than the one before, the first at 0. */
  readonly atMs: number;
  readonly text: string;
}

const TIMESCALE = 1000;
const LONGEST_MS = 2 ** 32 - 1;
const LONGEST_CAPTION = 60_000;
const WIDTH = 640;
const HEIGHT = 360;
/** The identity of a transformation, 16.16 and 2.30 fixed point. */
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/** An MP4 file (ISO 14496-12) with one track of timed text (3GPP TS 26.245), each caption shown until the next. */
export function composeCaptionFile(captions: readonly Caption[], lengthMs: number): Buffer {
  const duration = Math.min(Math.max(lengthMs, 1), LONGEST_MS);
  const samples = captions.map(({ text }) => {
    const bytes = Buffer.from(text).subarray(0, LONGEST_CAPTION);
    return Buffer.concat([u16(bytes.length), bytes]);
  });
  const lengths = captions.map(({ atMs }, index) => Math.max(0, (captions[index + 1]?.atMs ?? duration) - atMs));
  const type = box('ftyp', text('isom'), u32(512), text('isom'), text('iso2'), text('mp42'));
  const media = box('mdat', ...samples);
  return Buffer.concat([type, media, movie({ samples, lengths, duration, offset: type.length + 8 })]);
}

interface Movie {
  readonly samples: readonly Buffer[];
  readonly lengths: readonly number[];
  readonly duration: number;
  /** Of the first sample in the file. */
  readonly offset: number;
}

function movie(content: Movie): Buffer {
  const { duration } = content;
  const header = fullBox(
    'mvhd',
    0,
    ...[0, 0, TIMESCALE, duration, 0x10000].map(u32),
    u16(0x100),
    zeros(10),
    ...MATRIX.map(u32),
    zeros(24),
    u32(2),
  );
  const trackHeader = fullBox(
    'tkhd',
    // Enabled, and part of the movie.
    3,
    ...[0, 0, 1, 0, duration].map(u32),
    zeros(16),
    ...MATRIX.map(u32),
    u32(WIDTH << 16),
    u32(HEIGHT << 16),
  );
  const mediaHeader = fullBox('mdhd', 0, ...[0, 0, TIMESCALE, duration].map(u32), u16(UNDETERMINED), u16(0));
  const handler = fullBox('hdlr', 0, u32(0), text('sbtl'), zeros(12), text('Captions\0'));
  const data = box('dinf', fullBox('dref', 0, u32(1), fullBox('url ', 1)));
  const information = box('minf', fullBox('nmhd', 0), data, sampleTable(content));
  return box('moov', header, box('trak', trackHeader, box('mdia', mediaHeader, handler, information)));
}

/** "und" in five bits a letter. */
const UNDETERMINED = 0x55c4;

function sampleTable({ samples, lengths, offset }: Movie): Buffer {
  return box(
    'stbl',
    fullBox('stsd', 0, u32(1), captionFormat()),
    fullBox('stts', 0, u32(lengths.length), ...lengths.flatMap((length) => [u32(1), u32(length)])),
    fullBox('stsc', 0, u32(1), u32(1), u32(samples.length), u32(1)),
    fullBox('stsz', 0, u32(0), u32(samples.length), ...samples.map((sample) => u32(sample.length))),
    fullBox('stco', 0, u32(1), u32(offset)),
  );
}

function captionFormat(): Buffer {
  const white = u32(0xffffffff);
  const style = Buffer.concat([u16(0), u16(0), u16(1), Buffer.from([0, 18]), white]);
  const area = Buffer.concat([u16(0), u16(0), u16(HEIGHT), u16(WIDTH)]);
  const font = Buffer.from('Sans-Serif');
  const fonts = box('ftab', u16(1), u16(1), Buffer.from([font.length]), font);
  // Centered, at the bottom, on black.
  return box('tx3g', zeros(6), u16(1), u32(0), Buffer.from([1, 0xff]), u32(0xff), area, style, fonts);
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const size = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(size), text(type), ...content]);
}

/** A box with a version, always 0, and flags. */
function fullBox(type: string, flags: number, ...content: readonly Buffer[]): Buffer {
  return box(type, u32(flags), ...content);
}

function text(characters: string): Buffer {
  return Buffer.from(characters, 'latin1');
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
