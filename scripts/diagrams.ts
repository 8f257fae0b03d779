/** `npm run diagrams`: writes docs/diagrams/<machine>.md from the machines themselves. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { diagramFolder, diagramPages } from './diagrams/pages.ts';

mkdirSync(diagramFolder, { recursive: true });
for (const { file, text } of diagramPages()) writeFileSync(new URL(file, diagramFolder), text);
