/** acks=all: a produce request is answered when every in-sync replica has its records. */
export const ACKS_ALL = -1;
