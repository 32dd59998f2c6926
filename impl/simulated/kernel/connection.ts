import { assert } from '../../assert.ts';
import type { Context } from './context.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import { ScheduledEvent } from './scheduler.ts';

/** The contents of a message. The kernel reads only the number of their kind, which keys draws. */
export interface Body {
  readonly api: number;
}

/** A request or a response on its way, and the event of its arrival. A request is answered with a `Response`. */
export class Message<Contents extends Body = Body, Response extends Body = Body> extends ScheduledEvent {
  readonly connection: Connection<Contents, Response>;
  readonly request: boolean;
  readonly api: number;
  readonly body: Contents;
  /** The key of its draws, made of its cause, its link and its API. */
  readonly key: number;
  /** Position of its sending in the trace; -1 in an untraced run. */
  tracedAs = -1;
  /** The time at which it reached its host, which may be paused then; 0 while it is under way. */
  arrivedUs = 0;

  constructor(connection: Connection<Contents, Response>, request: boolean, body: Contents, key: number) {
    super();
    this.connection = connection;
    this.request = request;
    this.api = body.api;
    this.body = body;
    this.key = key;
  }

  get from(): Host {
    return this.request ? this.connection.clientHost : this.connection.serverHost;
  }

  get to(): Host {
    return this.request ? this.connection.serverHost : this.connection.clientHost;
  }

  fire(): void {
    this.connection.network.arrive(this);
  }
}

/**
 * Receives the response to a request, or null when the connection is gone. Declared as a method, so that connections
 * that carry known types can be handed to the network, which knows none.
 */
export type ResponseHandler<Response extends Body = Body> = {
  handle(response: Response | null): void;
}['handle'];

/**
 * A TCP connection from a client process to the process that runs on the server's host. Messages arrive in order in each
 * direction. The server handles one request at a time (Kafka's SocketServer mutes a channel until the response is sent)
 * and responds in the order of the requests.
 */
export class Connection<Request extends Body = Body, Response extends Body = Body> {
  readonly network: Network;
  readonly client: Context;
  readonly clientHost: Host;
  readonly serverHost: Host;
  /** The process that accepted the connection; null before the first message arrives. */
  server: Context | null = null;
  /** False once the client has closed it or knows that it is gone. */
  open = true;
  /** A message to the server (to the client) was lost, so that no later one passes in that direction. */
  brokenToServer = false;
  brokenToClient = false;
  /** Earliest possible next arrival in each direction, in microseconds. */
  nextArrivalAtServerUs = 0;
  nextArrivalAtClientUs = 0;
  readonly #awaiting: ResponseHandler<Response>[] = [];
  readonly #queued: Message<Request, Response>[] = [];
  #inProgress: Message<Request, Response> | null = null;

  constructor(network: Network, client: Context, serverHost: Host) {
    this.network = network;
    this.client = client;
    this.clientHost = client.host;
    this.serverHost = serverHost;
  }

  get inFlight(): number {
    return this.#awaiting.length;
  }

  /** Client side. `handler` is null when no response will come (`acks=0`). */
  send(body: Request, handler: ResponseHandler<Response> | null): void {
    assert(this.open, 'a request is sent on an open connection', this.clientHost.name, this.serverHost.name);
    if (handler !== null) this.#awaiting.push(handler);
    this.network.send(this, true, body);
  }

  /** Client side: closes the connection. Requests already sent may still arrive and be handled. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.client.forget(this);
    const handlers = this.#awaiting.splice(0);
    for (const handler of handlers) handler(null);
  }

  /** Server side: answers the request in progress, and begins the next one. */
  respond(request: Message<Request, Response>, body: Response): void {
    assert(this.#inProgress === request, 'responses are sent in the order of the requests', request.api);
    this.network.send(this, false, body);
    this.#next();
  }

  /** Server side: ends the request in progress without a response (`acks=0`). */
  respondNothing(request: Message<Request, Response>): void {
    assert(this.#inProgress === request, 'responses are sent in the order of the requests', request.api);
    this.#next();
  }

  /** Called by the network when a request reaches the server. */
  requestArrived(request: Message<Request, Response>): void {
    if (this.#inProgress !== null) {
      this.#queued.push(request);
      return;
    }
    const { server } = this;
    assert(server !== null, 'a request arrives at a process', this.serverHost.name);
    this.#inProgress = request;
    server.process.onRequest(request);
  }

  /** Called by the network when a response reaches the client. */
  responseArrived(body: Response): void {
    const handler = this.#awaiting.shift();
    assert(handler !== undefined, 'a response answers a request that waits for one', body.api);
    handler(body);
  }

  #next(): void {
    const next = this.#queued.shift();
    this.#inProgress = next ?? null;
    if (next !== undefined) this.server?.process.onRequest(next);
  }
}

/** The client is notified that its connection is gone: it was reset, or the server closed it. */
export class ConnectionReset extends ScheduledEvent {
  readonly connection: Connection;
  /** The key of the draws that it causes, made of what broke the connection. */
  readonly key: number;
  readonly causedBy: number;

  constructor(connection: Connection, key: number, causedBy: number) {
    super();
    this.connection = connection;
    this.key = key;
    this.causedBy = causedBy;
  }

  fire(): void {
    this.connection.network.resetArrived(this);
  }
}
