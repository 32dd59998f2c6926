/** Plans as files: saved for a failure, committed as a regression test, sent to a colleague. */
import { PLAN_FORMAT, PLAN_VERSION, type Plan, planSchema } from './plan.ts';
import { planProblems } from './plan-problems.ts';
import { type Problem, problemsOf } from './schema-problems.ts';

/** A message with more problems than this helps no reader. */
const PROBLEMS_SHOWN = 8;

/**
 * A file that is not a plan, or a plan that cannot be run. The message names the file, the fields and what was
 * expected.
 */
export class PlanFormatError extends Error {
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const lines = problems
      .slice(0, PROBLEMS_SHOWN)
      .map(({ field, sentence }) => `  ${field === '' ? '' : `${field}: `}${sentence}`);
    const more = problems.length - lines.length;
    if (more > 0) lines.push(`  and ${more} more`);
    super(`${file} is not a plan that can be run:\n${lines.join('\n')}`);
    this.name = 'PlanFormatError';
    this.file = file;
    this.problems = problems;
  }
}

/**
 * @param text the contents of the file
 * @param file its name, for messages only
 * @throws PlanFormatError if the text is not JSON, is not a plan, is a plan of a newer version, or contradicts
 * itself.
 */
export function readPlan(text: string, file: string): Plan {
  const value = parseJson(text, file);
  refuseOtherFormats(value, file);
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) throw new PlanFormatError(file, problemsOf(parsed.error, value));
  const problems = planProblems(parsed.data);
  if (problems.length > 0) throw new PlanFormatError(file, problems);
  return parsed.data;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PlanFormatError(file, [
      { field: '', sentence: `no JSON: ${error.message}${lineOf(text, error.message)}` },
    ]);
  }
}

/** Adds the line and column to a JSON error: Node reports only the position in the file. */
function lineOf(text: string, message: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined || /\(line \d+/.test(message)) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

/** Refuses other formats before anything else is checked: every other message about such a file would mislead. */
function refuseOtherFormats(value: unknown, file: string): void {
  const { format, version } = header(value);
  if (format !== PLAN_FORMAT) {
    throw new PlanFormatError(file, [
      {
        field: 'format',
        sentence: `expected "${PLAN_FORMAT}", found ${JSON.stringify(format) ?? 'nothing'}`,
      },
    ]);
  }
  if (typeof version === 'number' && version > PLAN_VERSION) {
    throw new PlanFormatError(file, [
      {
        field: 'version',
        sentence:
          `version ${version} was written by a newer kafka-crucible; ` +
          `this one reads version ${PLAN_VERSION}. Upgrade to run it`,
      },
    ]);
  }
}

function header(value: unknown): { readonly format?: unknown; readonly version?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}

/**
 * Writes the plan as text: fields in the order of the schema, one operation, fault or client a line, so that two
 * plans can be compared line by line. Reading the text gives an equal plan, and writing that plan the same text.
 */
export function writePlan(plan: Plan): string {
  const fields = Object.keys(planSchema.shape).flatMap((name) => {
    const value = Object.entries(plan).find(([key]) => key === name)?.[1];
    return value === undefined ? [] : [`  ${JSON.stringify(name)}: ${element(value)}`];
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

function element(value: unknown): string {
  if (!Array.isArray(value) || value.every((item) => typeof item === 'string')) {
    return spaced(value);
  }
  return `[\n${value.map((item) => `    ${spaced(item)}`).join(',\n')}\n  ]`;
}

/** One line of JSON with a space after each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${JSON.stringify(name)}: ${spaced(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
