import { assert } from '../../assert.ts';
import type { Context } from './context.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import { ScheduledEvent } from './scheduler.ts';

/** What a message carries. The kernel looks only at the number of its kind, which keys draws. */
export interface Body {
  readonly api: number;
}

/** A request or a response on its way. It is its own event: its arrival. `Response` answers it, if it is a request. */
export class Message<Contents extends Body = Body, Response extends Body = Body> extends ScheduledEvent {
  readonly connection: Connection<Contents, Response>;
  readonly request: boolean;
  readonly api: number;
  readonly body: Contents;
  /** Key of its draws: what caused it, over which link, for which API. */
  readonly key: number;
  /** Position of its sending in the trace; -1 in a quiet run. */
  tracedAs = -1;
  /** When it reached the host, which may be busy, or stopped; 0 while it is under way. */
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
 * A TCP connection from a client process to whatever process runs on the server's host: in order in
 * each direction, one request at a time at the server (Kafka's SocketServer mutes a channel until
 * the response is sent), responses in the order of the requests.
 */
export class Connection<Request extends Body = Body, Response extends Body = Body> {
  readonly network: Network;
  readonly client: Context;
  readonly clientHost: Host;
  readonly serverHost: Host;
  /** The process that accepted it; bound when the first message arrives. */
  server: Context | null = null;
  /** False once the client has closed it or knows that it is gone. */
  open = true;
  /** Something was lost on the way to the server (to the client), so nothing later passes that way either. */
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

  /** Client side: gives the connection up. Requests already sent may still arrive and be handled. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.client.forget(this);
    const handlers = this.#awaiting.splice(0);
    for (const handler of handlers) handler(null);
  }

  /** Server side: answers the request in progress, and takes up the next one. */
  respond(request: Message<Request, Response>, body: Response): void {
    assert(this.#inProgress === request, 'responses are sent in the order of the requests', request.api);
    this.network.send(this, false, body);
    this.#next();
  }

  /** Server side: the request in progress needs no response (`acks=0`). */
  respondNothing(request: Message<Request, Response>): void {
    assert(this.#inProgress === request, 'responses are sent in the order of the requests', request.api);
    this.#next();
  }

  /** The network hands over a request at the server. */
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

  /** The network hands over a response at the client. */
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

/** The client learns that its connection is gone (a reset, or the server's end closed it). */
export class ConnectionReset extends ScheduledEvent {
  readonly connection: Connection;
  /** Key of the draws that it causes: what broke the connection. */
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
