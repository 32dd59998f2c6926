import { assert } from '../../assert.ts';
import type { Host } from '../kernel/host.ts';

export const HOST_ROLES = ['controller', 'broker', 'client'] as const;
export type HostRole = (typeof HOST_ROLES)[number];

export function roleOf({ name, role }: Host): HostRole {
  const known = HOST_ROLES.find((candidate) => candidate === role);
  assert(known !== undefined, 'the role of a host is known', name, role);
  return known;
}
