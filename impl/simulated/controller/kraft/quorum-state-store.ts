import { METADATA_PARTITION } from '../../protocol/metadata-records.ts';
import { CheckpointFile } from '../../kernel/disk.ts';
import type { Disk } from '../../kernel/disk.ts';

/** The durable election state of a voter: without it the voter could vote twice in an epoch (KIP-595). */
export interface ElectionState {
  readonly epoch: number;
  readonly votedFor: number | null;
  readonly leaderId: number | null;
}

const NO_ELECTION_YET: ElectionState = { epoch: 0, votedFor: null, leaderId: null };

/** Kafka's quorum-state file. What is written is durable before any message reports it. */
export class QuorumStateStore {
  readonly #file: CheckpointFile<ElectionState>;

  constructor(disk: Disk) {
    this.#file = disk.open(`${METADATA_PARTITION}/quorum-state`, () => new CheckpointFile<ElectionState>());
  }

  read(): ElectionState {
    return this.#file.read() ?? NO_ELECTION_YET;
  }

  write(state: ElectionState): void {
    this.#file.write(state);
  }
}
