type Handler<Args extends readonly unknown[]> = (...args: Args) => void;

/**
 * Builds the handler of one event that reaches every listener which implements it, in the order of the list.
 * `handlerOf` picks the event's method from a listener. An event is emitted many times in a run, so who listens is
 * decided once: an event with a single listener costs one call.
 */
export type EventBuilder<Listener> = <Args extends readonly unknown[]>(
  handlerOf: (listener: Listener) => Handler<Args> | undefined,
) => Handler<Args>;

export function eventsOf<Listener>(listeners: readonly Listener[]): EventBuilder<Listener> {
  return (handlerOf) => compose(listeners.flatMap((listener) => handlerOf(listener)?.bind(listener) ?? []));
}

function compose<Args extends readonly unknown[]>(handlers: readonly Handler<Args>[]): Handler<Args> {
  const [first, second] = handlers;
  if (first === undefined) return ignore;
  if (second === undefined) return first;
  const rest = compose(handlers.slice(1));
  return (...args) => {
    first(...args);
    rest(...args);
  };
}

function ignore(): void {}
