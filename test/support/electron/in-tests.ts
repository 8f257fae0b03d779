/** What `electron` means inside the tests' own processes (vitest.config.mts): the stand-in, in a profile of its own. */
import './temporary-profile.ts';

export * from './electron.ts';
