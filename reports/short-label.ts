/** One entry of a trace in two or three words, for places with no room for a sentence. */
import type { TraceEntry } from '../impl/simulated/world/trace.ts';
import type { HistoryEvent, Invocation } from '../model/history.ts';
import { sentValue } from './evidence.ts';
import type { Glossary } from './event-sentence.ts';
import { shortened } from './visible-text.ts';

const MAX = 16;

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
      return entry.phase === 'begin' ? 'fault' : 'fault ends';
    case 'node':
      return entry.change.replace('-', ' ');
    case 'history':
      return eventLabel(entry.event, words.invocations);
    case 'probe':
      return shortened(entry.probe, MAX);
    case 'append': {
      const first = entry.records[0];
      if (first === undefined) return 'append';
      const more = entry.records.length > 1 ? `+${entry.records.length - 1}` : '';
      return `${shortened(first.value, 8)}${more} @${first.offset}`;
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
      return `ISR ${entry.isr.join(',')}`;
    case 'partition-state':
      return entry.leader === null ? 'no leader' : `leader ${entry.leader} e${entry.leaderEpoch}`;
    case 'violation':
      return entry.violation.anomaly;
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
