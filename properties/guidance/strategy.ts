/** How a search chooses its plans: all are drawn, or some change plans that reached something new. */
export const STRATEGIES = ['uniform', 'guided'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const DEFAULT_STRATEGY: Strategy = 'uniform';
