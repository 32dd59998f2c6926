/** The registry of fault kinds. Adding one: a file beside this one, and its schema and its record below. */
import { z } from 'zod';

import type { FaultKind } from '../fault-kind.ts';
import { breakConnections, breakConnectionsSchema } from './break-connections.ts';
import { clock, clockSchema } from './clock.ts';
import { crash, crashSchema } from './crash.ts';
import { diskError, diskErrorSchema } from './disk-error.ts';
import { diskLoss, diskLossSchema } from './disk-loss.ts';
import { fileLoss, fileLossSchema } from './file-loss.ts';
import { message, messageSchema } from './message.ts';
import { partition, partitionSchema } from './partition.ts';
import { pause, pauseSchema } from './pause.ts';
import { powerLoss, powerLossSchema } from './power-loss.ts';
import { shutdown, shutdownSchema } from './shutdown.ts';
import { slowLink, slowLinkSchema } from './slow-link.ts';

export const fault = z.discriminatedUnion('kind', [
  crashSchema,
  powerLossSchema,
  diskLossSchema,
  fileLossSchema,
  diskErrorSchema,
  shutdownSchema,
  pauseSchema,
  partitionSchema,
  messageSchema,
  breakConnectionsSchema,
  slowLinkSchema,
  clockSchema,
]);

export type Fault = z.infer<typeof fault>;

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>;

const FAULT_KINDS: { readonly [Kind in Fault['kind']]: FaultKind<FaultOf<Kind>, Fault> } = {
  crash,
  'power-loss': powerLoss,
  'disk-loss': diskLoss,
  'file-loss': fileLoss,
  'disk-error': diskError,
  shutdown,
  pause,
  partition,
  message,
  'break-connections': breakConnections,
  'slow-link': slowLink,
  clock,
};

/** The record of the fault's kind. Only pass it faults of that kind. */
export function faultKind({ kind }: Fault): FaultKind<Fault> {
  return FAULT_KINDS[kind];
}
