/** Helpers of network tests: faults on links, and the outcome of requests. */
import type { MessageFault } from '../network.ts';
import { ECHO, type ScriptedHosts } from './scripted-hosts.ts';

/** A fault that loses the next request from one host to the other. */
export function lossOfRequest(hosts: ScriptedHosts, from: string, to: string): MessageFault {
  return {
    fault: 1,
    from: hosts.host(from),
    to: hosts.host(to),
    api: ECHO,
    request: true,
    effect: 'lose',
    delayUs: 0,
  };
}

/** The requests that were answered or lost, in the order in which their sender learned it. */
export function answered(hosts: ScriptedHosts): (readonly [request: number, number: number | null])[] {
  return hosts.answers.map(({ request, number }) => [request, number]);
}

/** Cuts the link from one host to the other, or heals it. */
export function cut(
  hosts: ScriptedHosts,
  from: string,
  to: string,
  effect: 'lose' | 'hold',
  begin: boolean,
): void {
  hosts.world.network.cut(hosts.host(from), hosts.host(to), effect, begin);
}
