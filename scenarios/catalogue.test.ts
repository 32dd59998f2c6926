import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { cataloguePage } from './catalogue.ts';
import { scenarios } from './index.ts';

test('docs/scenarios.md says what the scenarios say; else run npx tsx scenarios/write-docs.ts', () => {
  const page = readFileSync(new URL('../docs/scenarios.md', import.meta.url), 'utf8');
  expect(page).toBe(cataloguePage(scenarios));
});
