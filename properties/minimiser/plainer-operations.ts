/** Makes the arguments of each operation simpler: no key, no waiting, from the beginning. */
import { operationKind } from '../../impl/plan/kinds/operations/index.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import type { Client, Operation, Plan } from '../../impl/plan/plan.ts';
import type { Pass } from './pass.ts';
import { smallestAccepted } from './numbers.ts';

function simplestForm(operation: Operation): Operation {
  return operationKind(operation).simplest?.(operation) ?? operation;
}

export const plainerOperations: Pass = {
  name: 'simplify operations',
  *run(search) {
    yield* search.accept({ ...search.plan, operations: search.plan.operations.map(simplestForm) });
    for (let index = 0; index < search.plan.operations.length; index++) {
      const operation = search.plan.operations[index];
      if (operation === undefined) continue;
      yield* search.accept(replaceOperation(search.plan, index, simplestForm(operation)));
      const reducible = operationKind(operation).reducible?.(operation);
      if (reducible === undefined) continue;
      yield* smallestAccepted(reducible.value, (value) =>
        search.accept(replaceOperation(search.plan, index, reducible.with(value))),
      );
    }
  },
};

function replaceOperation(plan: Plan, index: number, operation: Operation): Plan {
  return { ...plan, operations: plan.operations.with(index, operation) };
}

export const plainerAssignments: Pass = {
  name: 'simplify assignments',
  *run(search) {
    for (const { name } of search.plan.clients) {
      yield* search.accept(
        mapConsumer(search.plan, name, (assign) => assign.map((a) => ({ ...a, position: 'earliest' }))),
      );
      for (let index = assignments(search.plan, name) - 1; index >= 0; index--) {
        const without = mapConsumer(search.plan, name, (assign) =>
          assign.filter((_, other) => other !== index),
        );
        if (planProblems(without).length === 0) yield* search.accept(without);
      }
    }
  },
};

type Assignment = Extract<Client, { kind: 'consumer' }>['assign'];

function assignments(plan: Plan, name: string): number {
  const client = plan.clients.find((each) => each.name === name);
  return client?.kind === 'consumer' ? client.assign.length : 0;
}

function mapConsumer(plan: Plan, name: string, map: (assign: Assignment) => Assignment): Plan {
  return {
    ...plan,
    clients: plan.clients.map((client) =>
      client.kind === 'consumer' && client.name === name ? { ...client, assign: map(client.assign) } : client,
    ),
  };
}
