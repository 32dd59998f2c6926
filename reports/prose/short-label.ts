/** One entry of a trace in two or three words, for places with no room for a sentence. */
import type { TraceEntry } from '../../impl/trace/trace.ts';
import type { HistoryEvent, Invocation } from '../../model/history/history.ts';
import { sentValue } from '../analysis/evidence.ts';
import type { Glossary } from '../analysis/glossary.ts';
import { shortened } from '../text/visible-text.ts';

const MAX = 16;
/** A fault is rare, and nothing else says what it is. */
const MAX_FAULT = 34;

export function shortLabel(entry: TraceEntry, words: Glossary): string {
  switch (entry.kind) {
    case 'message-sent':
      return entry.api;
    case 'message-delivered':
    case 'message-lost':
      return words.messages.get(entry.message)?.api ?? '';
    case 'timer':
      return shortened(entry.timer, MAX);
    case 'fault':
      return shortened(entry.sentence, MAX_FAULT);
    case 'node':
      return entry.change.replace('-', ' ');
    case 'history':
      return eventLabel(entry.event, words.invocations);
    case 'probe':
      return probeLabel(entry.probe, entry.detail);
    case 'append': {
      const first = entry.records[0];
      if (first === undefined) return 'append';
      const more = entry.records.length > 1 ? `+${entry.records.length - 1}` : '';
      // What a marker is matters more than the words in it.
      return `${first.marker ?? shortened(first.value, 8)}${more} @${first.offset}`;
    }
    case 'truncate':
      return `cut to ${entry.toOffset}`;
    case 'log-start':
      return `start ${entry.logStartOffset}`;
    case 'high-watermark':
      return `HW ${entry.highWatermark}`;
    case 'role':
      return entry.role === 'none' ? 'no role' : `${entry.role} e${entry.leaderEpoch}`;
    case 'leader-isr':
      return `ISR ${isrLabel(entry.isr)}`;
    case 'partition-state':
      return `${entry.leader === null ? 'no leader' : `leader ${entry.leader} e${entry.leaderEpoch}`}, ISR ${isrLabel(entry.isr)}`;
    case 'open-transactions':
      return entry.lastStableOffset === null ? 'LSO = HW' : `LSO ${entry.lastStableOffset}`;
    case 'transaction-state': {
      const { state = 'forgotten', pending = null } = entry.transaction ?? {};
      return pending === null ? state : `writes ${pending}`;
    }
    case 'violation':
      return entry.violation.anomaly;
  }
}

function isrLabel(isr: readonly number[]): string {
  return isr.length === 0 ? 'none' : isr.join(',');
}

function probeLabel(probe: string, detail: string): string {
  const [a = '', b = ''] = detail.split(', ');
  switch (probe) {
    case 'quorum-leader-elected':
      return `elected e${b}`;
    case 'quorum-leader-resigned':
      return `resigns e${b}`;
    case 'quorum-vote-granted':
      return `votes ${a} e${b}`;
    case 'quorum-high-watermark-moved':
      return `commits < ${a}`;
    case 'quorum-log-truncated':
      return `cut to ${a}`;
    default:
      return shortened(probe, MAX);
  }
}

function eventLabel(event: HistoryEvent, invoked: ReadonlyMap<number, Invocation>): string {
  if (event.type === 'cluster') return event.f;
  const value = event.f === 'send' ? sentValue(event.op, invoked) : null;
  const what = value === null ? event.f : `send ${shortened(value, 8)}`;
  switch (event.type) {
    case 'invoke':
      return what;
    case 'ok':
      return `${what} ok`;
    case 'fail':
      return `${what} failed`;
    case 'unknown':
      return `${what} ?`;
  }
}
