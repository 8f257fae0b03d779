/** `npm run docs:api`: writes docs/API.md from the router. */
import { writeFileSync } from 'node:fs';
import { apiPage } from './api-docs/page.ts';

writeFileSync(new URL('../docs/API.md', import.meta.url), apiPage());
