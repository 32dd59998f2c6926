/** Writes docs/scenarios.md. */
import { writeFileSync } from 'node:fs';

import { cataloguePage } from './catalogue.ts';
import { scenarios } from './index.ts';

writeFileSync(new URL('../docs/scenarios.md', import.meta.url), cataloguePage(scenarios));
