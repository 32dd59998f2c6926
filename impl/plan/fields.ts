/** Fields that several parts of a plan have. */
import { z } from 'zod';

/** Virtual times in plans are whole milliseconds since the start of the workload (topics exist, brokers are up). */
export const milliseconds = z.int().min(0).max(3_600_000);
export const nodeName = z
  .string()
  .regex(/^(broker|controller)-[1-9][0-9]*$/, 'expected broker-N or controller-N');
export const clientName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
export const groupName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
export const topicName = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/);
export const rackName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
export const identifier = z.int().min(0);
export const partitionNumber = z.int().min(0);
export const brokerId = z.int().min(1);

/** Where a consumer starts; an offset is inclusive. */
export const startPosition = z.union([z.literal('earliest'), z.literal('latest'), z.int().min(0)]);
