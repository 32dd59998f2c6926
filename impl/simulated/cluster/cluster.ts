import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { Directory } from './directory.ts';
import type { ReplicationObserver } from '../observe/replication-observer.ts';
import type { MetadataObserver } from '../observe/metadata-observer.ts';
import type { Rules } from '../rules/rules.ts';

/** The context that all processes of one simulated cluster share. */
export interface Cluster {
  readonly configuration: Configuration;
  readonly rules: Rules;
  readonly directory: Directory;
  readonly observer: ReplicationObserver;
  readonly metadataObserver: MetadataObserver;
}
