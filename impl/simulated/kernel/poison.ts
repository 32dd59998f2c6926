/**
 * Sources of real time and real randomness. Code that reads one of them during a run would make the run
 * irreproducible, so that each of them throws instead.
 */
const FORBIDDEN: readonly (readonly [object, string])[] = [
  [Math, 'random'],
  [Date, 'now'],
  [performance, 'now'],
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [globalThis, 'queueMicrotask'],
  [globalThis.crypto, 'getRandomValues'],
  [globalThis.crypto, 'randomUUID'],
];

/** Runs `body` with every source of irreproducible values replaced by one that throws. */
export function withPoisonedGlobals<T>(body: () => T): T {
  const originals = FORBIDDEN.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name));
  for (const [owner, name] of FORBIDDEN) {
    Object.defineProperty(owner, name, {
      configurable: true,
      writable: true,
      value: () => {
        throw new Error(`${name} was called inside a simulation, which would not be reproducible`);
      },
    });
  }
  try {
    return body();
  } finally {
    FORBIDDEN.forEach(([owner, name], i) => {
      const original = originals[i];
      if (original === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, original);
    });
  }
}
