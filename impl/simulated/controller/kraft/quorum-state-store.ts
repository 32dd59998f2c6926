import { METADATA_PARTITION } from '../../protocol/metadata-records.ts';
import { CheckpointFile } from '../../kernel/disk.ts';
import type { Disk } from '../../kernel/disk.ts';

/** What a voter must never forget: else it votes twice in an epoch (KIP-595). */
export interface ElectionState {
  readonly epoch: number;
  readonly votedFor: number | null;
  readonly leaderId: number | null;
}

const NO_ELECTION_YET: ElectionState = { epoch: 0, votedFor: null, leaderId: null };

/** Kafka's quorum-state file. What is written is durable before anybody hears of it. */
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
