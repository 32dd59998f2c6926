/**
 * What is looked at, as part of the page's address: `#e=104&n=broker-2&view=history`. A link to it can be
 * sent to a colleague; what is the default is not written.
 */
import type { Axis } from './space-time/space-time-layout.ts';

/** Sections of the page that can be linked to; each is the id of an element. */
export const VIEWS = [
  'story',
  'evidence',
  'steps',
  'table',
  'history',
  'causality',
  'comparison',
  'probes',
  'configuration',
  'plan',
] as const;
export type View = (typeof VIEWS)[number];

/** The story and the messages between, what led to the violation, or every event. */
export type Show = 'story' | 'past' | 'all';

export interface Address {
  /** An event's seq; null: the violation. */
  readonly event: number | null;
  /** A host that is marked wherever it is shown. */
  readonly node: string | null;
  readonly view: View | null;
  /** Which events the diagram has: what led to the violation, unless it is said otherwise. */
  readonly show: Show;
  readonly axis: Axis;
}

export const NOWHERE: Address = { event: null, node: null, view: null, show: 'past', axis: 'order' };

/** Whatever is not understood is ignored: a link may come from another version of the page. */
export function readAddress(hash: string): Address {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const event = fields.get('e') ?? '';
  const view = fields.get('view');
  const axis = fields.get('axis');
  const show = fields.get('show');
  return {
    event: /^[0-9]{1,9}$/.test(event) ? Number(event) : null,
    node: fields.get('n'),
    view: VIEWS.find((known) => known === view) ?? null,
    show: show === 'all' || show === 'story' ? show : 'past',
    axis: axis === 'time' || axis === 'depth' ? axis : 'order',
  };
}

export function writeAddress({ event, node, view, show, axis }: Address): string {
  const fields = new URLSearchParams();
  if (event !== null) fields.set('e', String(event));
  if (node !== null) fields.set('n', node);
  if (view !== null) fields.set('view', view);
  if (show !== 'past') fields.set('show', show);
  if (axis !== 'order') fields.set('axis', axis);
  return `#${fields.toString()}`;
}
