/** Where Kafka itself says what a report is about. */
import type { Violation } from '../../model/guarantee.ts';

export interface Reference {
  readonly title: string;
  readonly url: string;
}

const WIKI = 'https://cwiki.apache.org/confluence/display/KAFKA/';
const DOCUMENTATION = 'https://kafka.apache.org/documentation/#';

/** Titles as the wiki spells them in its addresses. */
const KIPS: Readonly<Record<string, string>> = {
  'KIP-98': 'KIP-98+-+Exactly+Once+Delivery+and+Transactional+Messaging',
  'KIP-101':
    'KIP-101+-+Alter+Replication+Protocol+to+use+Leader+Epoch+rather+than+High+Watermark+for+Truncation',
  'KIP-279': 'KIP-279%3A+Fix+log+divergence+between+leader+and+follower+after+fast+leader+fail+over',
  'KIP-320': 'KIP-320%3A+Allow+fetchers+to+detect+and+handle+log+truncation',
  'KIP-360': 'KIP-360%3A+Improve+reliability+of+idempotent%2Ftransactional+producer',
  'KIP-382': 'KIP-382%3A+MirrorMaker+2.0',
  'KIP-447': 'KIP-447%3A+Producer+scalability+for+exactly+once+semantics',
  'KIP-497': 'KIP-497%3A+Add+inter-broker+API+to+alter+ISR',
  'KIP-595': 'KIP-595%3A+A+Raft+Protocol+for+the+Metadata+Quorum',
  'KIP-618': 'KIP-618%3A+Exactly-Once+Support+for+Source+Connectors',
  'KIP-679': 'KIP-679%3A+Producer+will+enable+the+strongest+delivery+guarantee+by+default',
  'KIP-841': 'KIP-841%3A+Fenced+replicas+should+not+be+allowed+to+join+the+ISR+in+KRaft',
  'KIP-890': 'KIP-890%3A+Transactions+Server-Side+Defense',
  'KIP-966': 'KIP-966%3A+Eligible+Leader+Replicas',
};

/** Null for a KIP whose address is not known here, and for what is neither a KIP nor an issue. */
export function referenceTo(id: string): Reference | null {
  const page = Object.hasOwn(KIPS, id) ? KIPS[id] : undefined;
  if (page !== undefined) return { title: id, url: `${WIKI}${page}` };
  if (/^KAFKA-[0-9]+$/.test(id)) return { title: id, url: `https://issues.apache.org/jira/browse/${id}` };
  return null;
}

const REPLICATION: Reference = { title: 'Replication, in the design', url: `${DOCUMENTATION}replication` };
const SEMANTICS: Reference = { title: 'Message delivery semantics', url: `${DOCUMENTATION}semantics` };
const ACKS: Reference = { title: 'acks', url: `${DOCUMENTATION}producerconfigs_acks` };

const BY_GUARANTEE: Readonly<Record<string, readonly (Reference | string)[]>> = {
  'no-loss': [REPLICATION, ACKS, 'KIP-966'],
  'committed-reads': [REPLICATION, 'KIP-101', 'KIP-320'],
  'partition-order': [SEMANTICS, 'KIP-679'],
  'idempotent-producer': [SEMANTICS, 'KIP-98', 'KIP-679'],
  'atomic-transactions': [SEMANTICS, 'KIP-98', 'KIP-890'],
  progress: ['KIP-497', 'KIP-841'],
  invariant: ['KIP-101', 'KIP-279', 'KIP-966'],
};

/** Where the guarantee alone would lead elsewhere. */
const BY_ANOMALY: Readonly<Record<string, readonly string[]>> = {
  'hanging-transaction': ['KIP-890', 'KIP-98'],
};

/** What a reader of a broken promise would look up. */
export function furtherReading({ guarantee, anomaly, place }: Violation): readonly Reference[] {
  const byAnomaly = Object.hasOwn(BY_ANOMALY, anomaly) ? BY_ANOMALY[anomaly] : undefined;
  const ids =
    place.topic === '__cluster_metadata'
      ? ['KIP-595']
      : (byAnomaly ?? BY_GUARANTEE[guarantee] ?? [SEMANTICS]);
  return ids.flatMap((id) => (typeof id === 'string' ? (referenceTo(id) ?? []) : id));
}
