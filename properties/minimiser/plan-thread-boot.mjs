/** Lets a thread of a pool run from TypeScript sources, as `worker-boot.mjs` does for a worker. */
import { register } from 'tsx/esm/api';

register();
await import('./plan-thread.ts');
