import type { Message as KernelMessage } from '../kernel/connection.ts';
import type { RequestBody, ResponseBody } from '../protocol/messages.ts';

/** A request of Kafka's protocol, as a process receives it. */
export type Message = KernelMessage<RequestBody, ResponseBody>;
