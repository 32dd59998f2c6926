import { describe, expect, test } from 'vitest';

import { ScriptedHosts } from '../kernel/testing/scripted-hosts.ts';
import { ControllerNodeProvider } from './controller-channel.ts';

const names = ['controller-1', 'controller-2', 'controller-3'];
const controllers = names.map((name) => new ScriptedHosts(names).host(name));

describe('the controller that a process takes for the active one', () => {
  test('is the one that was reported last', () => {
    const known = new ControllerNodeProvider(controllers);
    known.learn({ leaderId: 3, epoch: 1 });
    known.learn({ leaderId: 2, epoch: 2 });
    expect(known.newest).toEqual({ index: 1, epoch: 2 });
  });

  test('is never the leader of an epoch older than the newest one known', () => {
    const known = new ControllerNodeProvider(controllers);
    known.learn({ leaderId: 2, epoch: 3 });
    known.learn({ leaderId: 3, epoch: 1 });
    expect(known.newest).toEqual({ index: 1, epoch: 3 });
  });

  test('stays while no leader is known for a later epoch', () => {
    const known = new ControllerNodeProvider(controllers);
    known.learn({ leaderId: 2, epoch: 3 });
    known.learn({ leaderId: -1, epoch: 4 });
    expect(known.newest).toEqual({ index: 1, epoch: 4 });
  });

  test('is the next one when it does not answer, unless another one is known by then', () => {
    const known = new ControllerNodeProvider(controllers);
    known.learn({ leaderId: 3, epoch: 1 });
    known.forget(2);
    expect(known.newest.index).toBe(0);
    known.forget(2);
    expect(known.newest.index).toBe(0);
  });

  test('is the one that the voter in the same process follows', () => {
    const voter = { leaderId: 2, epoch: 5 };
    const known = new ControllerNodeProvider(controllers, voter);
    expect(known.newest).toEqual({ index: 1, epoch: 5 });
    known.learn({ leaderId: 1, epoch: 4 });
    expect(known.newest).toEqual({ index: 1, epoch: 5 });
  });
});
