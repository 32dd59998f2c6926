import { describe, expect, test } from 'vitest';

import { kafkaRules } from '../rules/rules.ts';
import { defects, findDefect } from './index.ts';

describe('a defect is found', () => {
  test.each([
    ['truncate_to_hw_divergence', 'truncate_to_hw_divergence'],
    ['truncate-to-hw-divergence', 'truncate_to_hw_divergence'],
    ['Unclean_Election', 'unclean_election'],
    ['KAFKA-7128', 'isr_join_ignores_leader_epoch_start'],
    ['kip-279', 'epoch_end_offset_without_epoch'],
  ])('%s', (name, slug) => {
    expect(findDefect(name)?.slug).toBe(slug);
  });

  test('neither by an id that several defects have nor by an unknown id', () => {
    expect(findDefect('KIP-101')).toBeUndefined();
    expect(findDefect('KAFKA-0')).toBeUndefined();
  });
});

describe.each(defects.map((defect) => [defect.slug, defect] as const))('%s', (slug, defect) => {
  test('has a unique slug, and states its versions and what it breaks', () => {
    expect(slug).toMatch(/^[a-z0-9_]+$/);
    expect(defects.filter((other) => other.slug === slug)).toHaveLength(1);
    for (const words of [defect.title, defect.versions, defect.breaks, defect.how]) {
      expect(words.length).toBeGreaterThan(10);
    }
    for (const id of defect.ids) expect(id).toMatch(/^(KAFKA|KIP)-\d+$/);
  });

  test('replaces only rules that exist, and changes each of them', () => {
    const changed = Object.entries(defect.rules);
    expect(changed.length).toBeGreaterThan(0);
    const known = new Map<string, unknown>(Object.entries(kafkaRules));
    for (const [name, rule] of changed) {
      expect(known.has(name)).toBe(true);
      expect(rule).not.toBe(known.get(name));
    }
  });
});
