/** A sound payload of a venue, and what its parser makes of any, all the way into Keel's words. */
export type Parser = readonly [sample: unknown, read: (payload: unknown) => unknown];
