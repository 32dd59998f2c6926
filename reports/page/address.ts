/**
 * What is looked at, as part of the page's address: `#e=104&n=broker-2&view=history`. A link to it can be
 * sent to a colleague; what is the default is not written.
 */
import type { Axis } from './space-time-layout.ts';

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

export interface Address {
  /** An event's seq; null: the violation. */
  readonly event: number | null;
  /** A host that is marked wherever it is shown. */
  readonly node: string | null;
  readonly view: View | null;
  /** Every event instead of those that led to the violation. */
  readonly everything: boolean;
  readonly axis: Axis;
}

export const NOWHERE: Address = { event: null, node: null, view: null, everything: false, axis: 'order' };

/** Whatever is not understood is ignored: a link may come from another version of the page. */
export function readAddress(hash: string): Address {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const event = fields.get('e') ?? '';
  const view = fields.get('view');
  const axis = fields.get('axis');
  return {
    event: /^[0-9]{1,9}$/.test(event) ? Number(event) : null,
    node: fields.get('n'),
    view: VIEWS.find((known) => known === view) ?? null,
    everything: fields.get('show') === 'all',
    axis: axis === 'time' || axis === 'depth' ? axis : 'order',
  };
}

export function writeAddress({ event, node, view, everything, axis }: Address): string {
  const fields = new URLSearchParams();
  if (event !== null) fields.set('e', String(event));
  if (node !== null) fields.set('n', node);
  if (view !== null) fields.set('view', view);
  if (everything) fields.set('show', 'all');
  if (axis !== 'order') fields.set('axis', axis);
  return `#${fields.toString()}`;
}
