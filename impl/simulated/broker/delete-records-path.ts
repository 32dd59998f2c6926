import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { Message } from '../net/message.ts';
import type { DeleteRecordsRequest } from '../protocol/messages.ts';
import type { ReplicaHost } from './replica-host.ts';
import type { Replicas } from './replicas.ts';

/** Deletion of records on request (KIP-107). */
export class DeleteRecordsPath {
  readonly #host: ReplicaHost;
  readonly #replicas: Replicas;

  constructor(host: ReplicaHost, replicas: Replicas) {
    this.#host = host;
    this.#replicas = replicas;
  }

  deleteRecords(message: Message, request: DeleteRecordsRequest): void {
    const { context } = this.#host;
    const partition = this.#replicas.get(request.partition);
    let timer: ReturnType<typeof context.after> | null = null;
    let done = false;
    const complete = (error: ErrorCode): void => {
      done = true;
      timer?.cancel();
      message.connection.respond(message, { api: Api.DeleteRecords, error });
    };
    if (partition === undefined) return complete(this.#replicas.errorForMissing(request.partition));
    if (!partition.isLeader) return complete(Errors.NOT_LEADER_OR_FOLLOWER);
    const { disk } = partition.log;
    if (!this.#replicas.guardIo(() => partition.deleteRecords(request.beforeOffset, complete), disk))
      return complete(Errors.KAFKA_STORAGE_ERROR);
    if (done) return;
    timer = context.after(request.timeoutMs, TimerName.DeleteRecordsExpiry, () => {
      partition.stopWaitingForDeletion(complete);
      complete(Errors.REQUEST_TIMED_OUT);
    });
  }
}
