/*
 * AssemblyScript. What the module shares with its caller. The caller writes coefficients once and columns before each
 * call; both sides count in doubles.
 */

/** Rows of a column. */
export const BLOCK: i32 = 2048;
/** From column to column, bytes: five cache lines more than the rows, or all columns would compete for the same lines. */
export const COLUMN: i32 = BLOCK * 8 + 320;
/** Bytes of a column that are worked on at a time: all intermediate columns stay in the nearest cache. */
export const CHUNK: usize = 256 * 8;
/** From one intermediate column to the next. */
export const STRIDE: i32 = 256 * 8 + 320;

/** 6 columns in the order of OptionColumns, then 9 in the order of GreekColumns. */
export const columns: usize = memory.data(15 * COLUMN, 16);
export const FORWARD: usize = columns;
export const STRIKE: usize = columns + COLUMN;
export const YEARS: usize = columns + 2 * COLUMN;
export const VOL: usize = columns + 3 * COLUMN;
export const RATE: usize = columns + 4 * COLUMN;
export const RIGHT: usize = columns + 5 * COLUMN;
export const PRICE: usize = columns + 6 * COLUMN;
export const DELTA: usize = columns + 7 * COLUMN;
export const GAMMA: usize = columns + 8 * COLUMN;
export const VEGA: usize = columns + 9 * COLUMN;
export const THETA: usize = columns + 10 * COLUMN;
export const RHO: usize = columns + 11 * COLUMN;
export const VANNA: usize = columns + 12 * COLUMN;
export const VOLGA: usize = columns + 13 * COLUMN;
export const CHARM: usize = columns + 14 * COLUMN;

/** How many rows of the last block were narrow, and which (narrow-rows.ts). */
export const narrowRows: usize = memory.data((BLOCK + 1) * 4, 16);
export const NARROW_ROWS: usize = narrowRows;

/** The lists of coefficients.ts, one after the other. */
export const coefficients: usize = memory.data(128 * 8, 16);
export const EXP: usize = coefficients;
export const LOG: usize = coefficients + 8 * 8;
export const MILLS: usize = coefficients + 18 * 8;
export const GUESS: usize = coefficients + 39 * 8;
export const ROOT_OF_TWO: usize = coefficients + 51 * 8;

/** The table of normal-table.ts. */
export const normal: usize = memory.data(272 * 64, 64);
export const NORMAL: usize = normal;

/** Spots worked on at a time, most vols and most cells of a grid. */
export const SPOTS: i32 = 64;
export const VOLS: i32 = 256;
export const CELLS: i32 = 32768;
/** 1 + shift and AXIS_SCALE·ln(1 + shift) of each spot, the shift of each vol, the cells. */
export const factor: usize = memory.data(64 * 8, 16);
export const logFactor: usize = memory.data(64 * 8, 16);
export const volShift: usize = memory.data(256 * 8, 16);
export const grid: usize = memory.data(32768 * 8, 16);
export const FACTOR: usize = factor;
export const LOG_FACTOR: usize = logFactor;
export const VOL_SHIFT: usize = volShift;
export const GRID: usize = grid;
