import fc from 'fast-check';

/** The seed of every property test: fixed, so that a run can be repeated, unless KEEL_TEST_SEED gives another. */
fc.configureGlobal({ seed: Number(process.env.KEEL_TEST_SEED ?? 20_200_312) });
