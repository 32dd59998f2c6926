/** `--expect`: which promises are judged although the configuration does not make them. */
import { GUARANTEE_IDS, type GuaranteeId } from '../../model/guarantee.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';

export const EXPECT_HELP =
  `promises judged even where the configuration does not make them: all, contract (none), ` +
  `or some of ${GUARANTEE_IDS.join(', ')}`;

/**
 * In the order of `GUARANTEE_IDS`: in whatever order they are named, a night has the same options.
 * @throws BadInput for an unknown guarantee
 */
export function parseExpectation(text: string): readonly GuaranteeId[] {
  if (text === 'all') return GUARANTEE_IDS;
  if (text === 'contract') return [];
  const named = new Set(text.split(',').map(guaranteeSentence));
  return GUARANTEE_IDS.filter((id) => named.has(id));
}

function guaranteeSentence(word: string): GuaranteeId {
  const id = GUARANTEE_IDS.find((known) => known === word.trim());
  if (id !== undefined) return id;
  throw new BadInput(
    `expected all, contract, or some of ${GUARANTEE_IDS.join(', ')}, found ${JSON.stringify(word)}`,
  );
}

/** Returns the text that `parseExpectation` reads back as the same. */
export function expectationText(expect: readonly GuaranteeId[]): string {
  if (expect.length === 0) return 'contract';
  return GUARANTEE_IDS.every((id) => expect.includes(id)) ? 'all' : expect.join(',');
}
