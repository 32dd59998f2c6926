/** The state of every controller at one moment, as far as the probes of a trace show it. */
import type { Trace } from '../../impl/trace/trace.ts';

export interface ControllerState {
  readonly node: string;
  isDown: boolean;
  /** The epoch that it leads; null while it leads none. */
  leads: number | null;
  /** Whether it serves brokers: it leads, and has committed the start of its epoch. */
  isActive: boolean;
  /** Its last vote; null: it gave none. */
  vote: { readonly candidate: string; readonly epoch: string } | null;
  /** Exclusive: what it committed as a leader; null: nothing. */
  committed: number | null;
  /** Seq of the entry that last changed it; -1: none did. */
  changedAt: number;
}

/** In the order of the trace's hosts. @param seq the state after this entry */
export function controllersAt(trace: Trace, seq: number): readonly ControllerState[] {
  const states = new Map<string, ControllerState>();
  for (const { name, role } of trace.nodes) {
    if (role !== 'controller') continue;
    const nothing = { isDown: false, leads: null, isActive: false, vote: null, committed: null };
    states.set(name, { node: name, ...nothing, changedAt: -1 });
  }
  for (const entry of trace.entries) {
    if (entry.seq > seq) break;
    if (entry.kind !== 'probe' && entry.kind !== 'node') continue;
    const state = states.get(entry.node);
    if (state === undefined) continue;
    const isChanged =
      entry.kind === 'node' ? restarted(state, entry.change) : decided(state, entry.probe, entry.detail);
    if (isChanged) state.changedAt = entry.seq;
  }
  return [...states.values()];
}

function restarted(state: ControllerState, change: string): boolean {
  if (change === 'pause' || change === 'resume') return false;
  state.isDown = change !== 'start';
  state.leads = null;
  state.isActive = false;
  return true;
}

/** Applies a probe. Returns whether it changed the state. */
function decided(state: ControllerState, probe: string, detail: string): boolean {
  const [a = '', b = ''] = detail.split(', ');
  switch (probe) {
    case 'quorum-leader-elected':
      state.leads = Number(b);
      return true;
    case 'quorum-leader-resigned':
      state.leads = null;
      return true;
    case 'quorum-vote-granted':
      state.leads = null;
      state.vote = { candidate: `controller-${a}`, epoch: b };
      return true;
    case 'quorum-high-watermark-moved':
      state.committed = Number(a);
      return true;
    case 'controller-activated':
      state.isActive = true;
      return true;
    case 'controller-deposed':
      state.isActive = false;
      state.leads = null;
      return true;
    default:
      return false;
  }
}
