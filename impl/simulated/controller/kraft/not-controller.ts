import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ResponseBody } from '../../protocol/messages.ts';
import type { Decidable } from './active-controller.ts';

/** Returns the response of a controller that does not lead the quorum. */
export function notController(request: Decidable): ResponseBody {
  const error = Errors.NOT_CONTROLLER;
  switch (request.api) {
    case Api.BrokerRegistration:
      return { api: request.api, error, brokerEpoch: -1 };
    case Api.BrokerHeartbeat:
      return { api: request.api, error, isCaughtUp: false, isFenced: true, shouldShutDown: false };
    case Api.AlterPartition:
      return { api: request.api, error, partitions: [] };
    case Api.AllocateProducerIds:
      return { api: request.api, error, producerIdStart: -1, producerIdLen: 0 };
    case Api.AssignReplicasToDirs:
    case Api.CreateTopics:
    case Api.DeleteTopics:
    case Api.ElectLeaders:
    case Api.AlterPartitionReassignments:
      return { api: request.api, error };
  }
}
