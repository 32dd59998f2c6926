/**
 * Where everything in the space-time diagram goes: time runs downwards, each host has a lane. Lanes are
 * numbers here; how wide one is only the screen knows.
 */
import type { Trace, TraceEntry } from '../../../impl/trace/trace.ts';
import { ClusterReplay, replicaKey } from '../../analysis/cluster-state.ts';
import type { Glossary } from '../../analysis/glossary.ts';
import { hostOf } from '../../analysis/host-of-entry.ts';
import { shortLabel } from '../../prose/short-label.ts';
import type { PartitionName } from '../view-model.ts';

/**
 * `order`: every event has a row. `time`: distance is virtual time, up to `MAX_GAP`. `depth`: how many
 * events at least had to come before, on the same host or by message; what shares a row is concurrent.
 */
export type Axis = 'order' | 'time' | 'depth';

export const ROW = 26;
const TOP = 18;
const BOTTOM = 24;
/** Two events at different times are at least this far apart. */
const MIN_GAP = 3;
/** A silence longer than this is drawn as a break. */
const MAX_GAP = 72;
/** Labels in one lane need this much room. */
export const LABEL_HEIGHT = 13;

/** Offsets on either side of the one in question that a replica's strip shows. */
const STRIP_REACH = 8;

export interface Row {
  readonly entry: TraceEntry;
  readonly y: number;
  /** Null for what happens to no single host. */
  readonly lane: number | null;
  readonly label: string;
}

export interface Arrow {
  readonly message: number;
  readonly from: number;
  readonly to: number;
  readonly fromY: number;
  readonly toY: number;
  readonly lost: boolean;
  /** It arrived before already. */
  readonly duplicate: boolean;
  readonly api: string;
  readonly type: 'request' | 'response';
  readonly sentSeq: number;
  readonly arrivalSeq: number;
}

/** A stretch of one lane, from one height (inclusive) to another. */
export interface Stretch {
  readonly lane: number;
  readonly fromY: number;
  readonly toY: number;
}

export interface FaultWindow extends Stretch {
  readonly sentence: string;
}

export interface Outage extends Stretch {
  readonly status: 'down' | 'paused';
}

/** What a replica was between two changes. */
export interface ReplicaStretch extends Stretch {
  readonly role: 'leader' | 'follower' | 'none';
  readonly leaderEpoch: number | null;
  readonly logEndOffset: number;
  readonly highWatermark: number;
  /** Null: the high watermark. */
  readonly lastStableOffset: number | null;
  /** The stretch before had another leader epoch, or there was none. */
  readonly epochBegins: boolean;
}

export interface Silence {
  readonly y: number;
  readonly us: number;
}

export interface SpaceTimeLayout {
  readonly height: number;
  readonly rows: readonly Row[];
  readonly arrows: readonly Arrow[];
  readonly faults: readonly FaultWindow[];
  readonly outages: readonly Outage[];
  readonly replicas: readonly ReplicaStretch[];
  /** Between which offsets the strips of replicas are drawn, `to` always above `from`. */
  readonly offsets: { readonly from: number; readonly to: number };
  readonly silences: readonly Silence[];
  /** APIs in the order in which they first appear. */
  readonly apis: readonly string[];
}

/** Returns the lanes: controllers, brokers that have a replica, and all other hosts that take part in what is shown. */
export function lanesFor(trace: Trace, shown: readonly TraceEntry[], words: Glossary): Trace['nodes'] {
  const takingPart = new Set<string | null>();
  for (const entry of trace.entries) if (entry.kind === 'role') takingPart.add(entry.node);
  for (const entry of shown) {
    takingPart.add(hostOf(entry, trace, words));
    if (entry.kind === 'message-lost') takingPart.add(words.messages.get(entry.message)?.from ?? null);
  }
  return trace.nodes.filter(({ name, role }) => role === 'controller' || takingPart.has(name));
}

/** @param trace its nodes are the lanes, from left to right. */
export function layOut(
  trace: Trace,
  shown: readonly TraceEntry[],
  words: Glossary,
  partition: PartitionName | null,
  axis: Axis,
  /** The offset in question, if there is one. */
  focus: number | null,
  /** Faults of one moment, by id: nothing is in force after them. */
  momentary: ReadonlySet<number> = new Set(),
): SpaceTimeLayout {
  const laneOf = laneFinder(trace);
  const lanes = shown.map((entry) => laneOf(hostOf(entry, trace, words)));
  const { ys, silences } = axis === 'depth' ? depths(shown, lanes) : heights(shown, axis);
  const height = ys.reduce((most, y) => Math.max(most, y), TOP) + BOTTOM;
  const yOf = axis === 'depth' ? yInLane(shown, lanes, ys, height) : yInOrder(shown, ys, height);
  const rows = withRoomForLabels(
    shown.map((entry, index) => ({
      entry,
      y: ys[index] ?? TOP,
      lane: lanes[index] ?? null,
      label: isMessage(entry) ? labelOfMessage(entry, words) : shortLabel(entry, words),
    })),
  );
  const arrows = messageArrows(shown, ys, words, laneOf);
  const replicas = replicaStretches(trace, partition, laneOf, yOf, height);
  return {
    height,
    rows,
    arrows,
    faults: faultWindows(trace, laneOf, yOf, height, momentary),
    outages: outages(trace, laneOf, yOf, height),
    replicas,
    offsets: stripOffsets(replicas, focus),
    silences,
    apis: [...new Set(arrows.map(({ api }) => api))],
  };
}

/** A long log moves by a hair when a record is added: its strip shows the neighbourhood of what matters. */
function stripOffsets(
  replicas: readonly ReplicaStretch[],
  focus: number | null,
): { readonly from: number; readonly to: number } {
  let end = 1;
  for (const { logEndOffset } of replicas) end = Math.max(end, logEndOffset);
  if (end <= 2 * STRIP_REACH) return { from: 0, to: end };
  const centre = Math.min(focus ?? end, end);
  const from = Math.max(0, Math.min(centre - STRIP_REACH, end - 2 * STRIP_REACH));
  return { from, to: from + 2 * STRIP_REACH };
}

function isMessage(entry: TraceEntry): boolean {
  return entry.kind === 'message-sent' || entry.kind === 'message-delivered' || entry.kind === 'message-lost';
}

/** A message is named where its arrow is; one that a host sends to itself has no arrow. */
function labelOfMessage(entry: TraceEntry, words: Glossary): string {
  if (entry.kind !== 'message-sent' || entry.from !== entry.to) return '';
  const reply = entry.type === 'response' ? ' reply' : '';
  return `${shortLabel(entry, words)}${reply} to itself`;
}

/** Index of the first of ascending seqs that is this one or a later one; the length if there is none. */
function firstAtOrAfter(seqs: readonly number[], seq: number): number {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((seqs[middle] ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** At which height a lane is when the entry with this seq, or the next one that is shown, happens. */
type YOf = (seq: number, lane: number) => number;

function yInOrder(shown: readonly TraceEntry[], ys: readonly number[], height: number): YOf {
  const seqs = shown.map(({ seq }) => seq);
  return (seq) => ys[firstAtOrAfter(seqs, seq)] ?? height;
}

/** Where rows are concurrent each lane has its own time. */
function yInLane(
  shown: readonly TraceEntry[],
  lanes: readonly (number | null)[],
  ys: readonly number[],
  height: number,
): YOf {
  const own = new Map<number, { readonly seqs: number[]; readonly ys: number[] }>();
  shown.forEach(({ seq }, index) => {
    const lane = lanes[index] ?? null;
    if (lane === null) return;
    const found = own.get(lane) ?? { seqs: [], ys: [] };
    own.set(lane, found);
    found.seqs.push(seq);
    found.ys.push(ys[index] ?? TOP);
  });
  return (seq, lane) => {
    const found = own.get(lane);
    return found === undefined ? height : (found.ys[firstAtOrAfter(found.seqs, seq)] ?? height);
  };
}

/** One row more than the last event on the same lane, and than what caused it. */
function depths(
  shown: readonly TraceEntry[],
  lanes: readonly (number | null)[],
): { ys: readonly number[]; silences: readonly Silence[] } {
  const ofLane = new Map<number | null, number>();
  const ofEntry = new Map<number, number>();
  const ofMessage = new Map<number, number>();
  let deepest = -1;
  const ys = shown.map((entry, index) => {
    const lane = lanes[index] ?? null;
    const before = [
      // What happens to no single host has seen everything.
      lane === null ? deepest : (ofLane.get(lane) ?? -1),
      entry.cause === null ? -1 : (ofEntry.get(entry.cause) ?? -1),
      isArrival(entry) ? (ofMessage.get(entry.message) ?? -1) : -1,
    ];
    const depth = 1 + Math.max(...before);
    ofLane.set(lane, depth);
    ofEntry.set(entry.seq, depth);
    if (entry.kind === 'message-sent') ofMessage.set(entry.message, depth);
    deepest = Math.max(deepest, depth);
    return TOP + depth * ROW;
  });
  return { ys, silences: [] };
}

function isArrival(
  entry: TraceEntry,
): entry is Extract<TraceEntry, { kind: 'message-delivered' | 'message-lost' }> {
  return entry.kind === 'message-delivered' || entry.kind === 'message-lost';
}

function heights(
  shown: readonly TraceEntry[],
  axis: Axis,
): { ys: readonly number[]; silences: readonly Silence[] } {
  if (axis === 'order') return { ys: shown.map((_, index) => TOP + index * ROW), silences: [] };
  const gaps = shown.map((entry, index) => entry.timeUs - (shown[index - 1]?.timeUs ?? entry.timeUs));
  const moved = gaps.filter((gap) => gap > 0).sort((a, b) => a - b);
  const median = moved[moved.length >>> 1] ?? 1;
  const silences: Silence[] = [];
  let y = TOP;
  const ys = gaps.map((gap) => {
    if (gap > 0) {
      const wanted = (gap / median) * ROW;
      if (wanted > MAX_GAP) silences.push({ y: y + MAX_GAP / 2, us: gap });
      y += Math.min(MAX_GAP, Math.max(MIN_GAP, wanted));
    }
    return y;
  });
  return { ys, silences };
}

/** Drops the labels that would lie on the one above. */
function withRoomForLabels(rows: readonly Row[]): readonly Row[] {
  const lastY = new Map<number | null, number>();
  return rows.map((row) => {
    if (row.label === '') return row;
    const above = lastY.get(row.lane);
    if (above !== undefined && row.y - above < LABEL_HEIGHT) return { ...row, label: '' };
    lastY.set(row.lane, row.y);
    return row;
  });
}

type LaneOf = (host: string | null) => number | null;

/** A client's process may carry a suffix that its host does not. */
function laneFinder(trace: Trace): LaneOf {
  const lanes = new Map(trace.nodes.map(({ name }, lane) => [name, lane]));
  const found = new Map<string, number | null>();
  return (host) => {
    if (host === null) return null;
    const known = lanes.get(host) ?? found.get(host);
    if (known !== undefined) return known;
    const longest = [...lanes.keys()]
      .filter((name) => host.startsWith(name))
      .sort((a, b) => b.length - a.length)[0];
    const lane = longest === undefined ? null : (lanes.get(longest) ?? null);
    found.set(host, lane);
    return lane;
  };
}

function messageArrows(
  shown: readonly TraceEntry[],
  ys: readonly number[],
  words: Glossary,
  laneOf: LaneOf,
): readonly Arrow[] {
  const sentY = new Map<number, number>();
  const arrived = new Set<number>();
  return shown.flatMap((entry, index) => {
    const y = ys[index] ?? TOP;
    if (entry.kind === 'message-sent') sentY.set(entry.message, y);
    if (!isArrival(entry)) return [];
    const duplicate = arrived.has(entry.message);
    arrived.add(entry.message);
    const sent = words.messages.get(entry.message);
    const from = laneOf(sent?.from ?? null);
    const to = laneOf(sent?.to ?? null);
    if (sent === undefined || from === null || to === null || from === to) return [];
    return [
      {
        message: entry.message,
        from,
        to,
        fromY: sentY.get(entry.message) ?? y - ROW / 2,
        toY: y,
        lost: entry.kind === 'message-lost',
        duplicate,
        api: sent.api,
        type: sent.type,
        sentSeq: sent.seq,
        arrivalSeq: entry.seq,
      },
    ];
  });
}

function faultWindows(
  trace: Trace,
  laneOf: LaneOf,
  yOf: YOf,
  height: number,
  momentary: ReadonlySet<number>,
): readonly FaultWindow[] {
  const ends = new Map<number, number>();
  for (const entry of trace.entries) {
    if (entry.kind === 'fault' && entry.fault !== null && entry.phase === 'end')
      ends.set(entry.fault, entry.seq);
  }
  return trace.entries.flatMap((entry) => {
    if (entry.kind !== 'fault' || entry.fault === null || entry.phase === 'end') return [];
    const end = ends.get(entry.fault);
    const isMomentary = momentary.has(entry.fault);
    return entry.nodes.flatMap((node) => {
      const lane = laneOf(node);
      if (lane === null) return [];
      const fromY = yOf(entry.seq, lane);
      const toY = isMomentary ? fromY + ROW : end === undefined ? height : yOf(end, lane);
      return [{ lane, fromY, toY, sentence: entry.sentence }];
    });
  });
}

function outages(trace: Trace, laneOf: LaneOf, yOf: YOf, height: number): readonly Outage[] {
  const open = new Map<number, { readonly seq: number; readonly status: 'down' | 'paused' }>();
  const found: Outage[] = [];
  const close = (lane: number, toY: number): void => {
    const began = open.get(lane);
    if (began === undefined) return;
    found.push({ lane, fromY: yOf(began.seq, lane), toY, status: began.status });
    open.delete(lane);
  };
  for (const entry of trace.entries) {
    if (entry.kind !== 'node') continue;
    const lane = laneOf(entry.node);
    if (lane === null) continue;
    close(lane, yOf(entry.seq, lane));
    if (entry.change !== 'start' && entry.change !== 'resume') {
      open.set(lane, { seq: entry.seq, status: entry.change === 'pause' ? 'paused' : 'down' });
    }
  }
  for (const lane of [...open.keys()]) close(lane, height);
  return found.filter(({ fromY, toY }) => toY > fromY);
}

function replicaStretches(
  trace: Trace,
  partition: PartitionName | null,
  laneOf: LaneOf,
  yOf: YOf,
  height: number,
): readonly ReplicaStretch[] {
  if (partition === null) return [];
  const state = new ClusterReplay();
  const open = new Map<number, ReplicaStretch>();
  const found: ReplicaStretch[] = [];
  const brokers = trace.nodes.filter(({ role }) => role === 'broker');
  for (const entry of trace.entries) {
    state.advance(entry);
    if (!('node' in entry) || entry.kind === 'timer' || entry.kind === 'probe') continue;
    const broker = brokers.find(({ name }) => name === entry.node);
    const lane = broker === undefined ? null : laneOf(broker.name);
    if (broker === undefined || lane === null) continue;
    const replica = state.replicas.get(replicaKey(broker.name, partition.topic, partition.partition));
    if (replica === undefined) continue;
    const fromY = yOf(entry.seq, lane);
    const before = open.get(lane);
    const isVisible = before !== undefined && before.fromY < fromY;
    if (isVisible) found.push({ ...before, toY: fromY });
    const { role, leaderEpoch, logEndOffset, highWatermark, lastStableOffset } = replica;
    const epochBegins =
      before === undefined || before.leaderEpoch !== leaderEpoch || (!isVisible && before.epochBegins);
    open.set(lane, {
      lane,
      fromY,
      toY: height,
      role,
      leaderEpoch,
      logEndOffset,
      highWatermark,
      lastStableOffset,
      epochBegins,
    });
  }
  return [...found, ...open.values()];
}
