/** For `--import`: see deaths.ts. */
import { installDeaths } from './deaths.ts';

installDeaths();
