import { parseSurfaceTemplate, type SurfaceTemplate } from '#shared/market/surface-template.ts';
import { parseJson, type ReadText, readText } from '#shared/units/reading.ts';
import { FaultError, fault } from '#shared/units/result.ts';
import { type Calibration, parseCalibration } from './calibration.ts';
import { type DemoBook, parseDemoBook } from './demo-book.ts';
import { parseTape, parseTapeIndex, type Tape, type TapeEntry, tapeNamed } from './tape.ts';

/** Everything a paper market is made of, read and checked. */
export interface PaperResources {
  readonly tape: Tape;
  readonly demo: DemoBook;
  readonly surface: SurfaceTemplate;
  readonly calibration: Calibration;
}

const INDEX = 'tapes/index.json';
const SURFACE = 'surfaces/btc-template.json';
const CALIBRATION = 'books/calibration.json';

function readSurface(read: ReadText): SurfaceTemplate {
  const parsed = parseSurfaceTemplate(parseJson(readText(read, SURFACE), SURFACE));
  if (parsed.ok) return parsed.value;
  const message = `${SURFACE}: ${parsed.error.message}`;
  throw new FaultError(fault('damaged-file', message, { file: SURFACE, ...parsed.error.details }));
}

/** Every tape there is, from the index. */
export function readTapes(read: ReadText): readonly TapeEntry[] {
  return parseTapeIndex(readText(read, INDEX), INDEX);
}

/**
 * Reads the tape, its demo book, the surface template and the books' calibration through `read`, which is given names
 * relative to the resources folder. Anything missing or wrong is thrown as a FaultError that names file, line and field.
 */
export function readPaperResources(read: ReadText, tapeId: string): PaperResources {
  const entry = tapeNamed(readTapes(read), tapeId);
  const file = `tapes/${entry.file}`;
  const tape = parseTape(entry, readText(read, file), file);
  const book = `demo/book-${tapeId}.json`;
  const demo = parseDemoBook(readText(read, book), book);
  if (demo.tape !== tapeId) {
    throw new FaultError(fault('damaged-file', `${book}, tape: expected ${tapeId}, was ${demo.tape}`, { file: book }));
  }
  const calibration = parseCalibration(readText(read, CALIBRATION), CALIBRATION);
  return { tape, demo, surface: readSurface(read), calibration };
}
