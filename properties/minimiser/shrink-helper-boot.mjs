/** Lets a helper of a crew run from TypeScript sources, as `worker-boot.mjs` does for a worker. */
import { register } from 'tsx/esm/api';

register();
await import('./shrink-helper.ts');
