/** The kinds of property that the catalogue is made of: which values each accepts, and how text becomes a value. */
export type Scope = 'broker' | 'topic' | 'producer' | 'consumer' | 'admin';
export type ConfigurationValue = string | number | boolean;

interface Described {
  readonly scopes: readonly Scope[];
  /** One line, for people. */
  readonly meaning: string;
}

export interface IntegerProperty extends Described {
  readonly type: 'integer';
  readonly default: number;
  /** Inclusive. */
  readonly min: number;
  /** Inclusive. A property that is a Java `long` accepts greater values too, and they count as this one. */
  readonly max: number;
}

export interface BooleanProperty extends Described {
  readonly type: 'boolean';
  readonly default: boolean;
}

export interface ChoiceProperty<Choice extends string> extends Described {
  readonly type: 'choice';
  readonly default: Choice;
  readonly choices: readonly Choice[];
  /** Other spellings that Kafka accepts. */
  readonly aliases: Readonly<Record<string, Choice>>;
}

export type Property = IntegerProperty | BooleanProperty | ChoiceProperty<string>;

/** The type of the values of a property. */
export type ValueOf<P> = P extends IntegerProperty
  ? number
  : P extends BooleanProperty
    ? boolean
    : P extends ChoiceProperty<infer Choice>
      ? Choice
      : never;

export const INT_MAX = 2_147_483_647;
/** Stands for every `long` from 2^53 on; Kafka's "never" is 2^63 - 1. */
export const LONG_MAX = Number.MAX_SAFE_INTEGER;

export function integer(
  scopes: readonly Scope[],
  defaultValue: number,
  min: number,
  max: number,
  meaning: string,
): IntegerProperty {
  return { type: 'integer', scopes, default: defaultValue, min, max, meaning };
}

export function flag(scopes: readonly Scope[], defaultValue: boolean, meaning: string): BooleanProperty {
  return { type: 'boolean', scopes, default: defaultValue, meaning };
}

export function choice<const Choice extends string>(
  scopes: readonly Scope[],
  choices: readonly Choice[],
  defaultValue: NoInfer<Choice>,
  aliases: Readonly<Record<string, NoInfer<Choice>>>,
  meaning: string,
): ChoiceProperty<Choice> {
  return { type: 'choice', scopes, default: defaultValue, choices, aliases, meaning };
}

/** Parses a value as a properties file would. Returns null for a value that the property does not accept. */
export function parseValue(property: Property, value: ConfigurationValue): ConfigurationValue | null {
  if (property.type === 'integer') return parseInteger(property, value);
  const text = String(value).trim();
  const lower = text.toLowerCase();
  if (property.type === 'boolean') return lower === 'true' ? true : lower === 'false' ? false : null;
  return (
    property.aliases[text] ?? property.choices.find((known) => known === text || known === lower) ?? null
  );
}

function parseInteger(property: IntegerProperty, value: ConfigurationValue): number | null {
  const text = String(value).trim();
  const number = typeof value === 'number' ? value : /^[+-]?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(number)) return null;
  const capped = property.max === LONG_MAX ? Math.min(number, LONG_MAX) : number;
  return capped < property.min || capped > property.max ? null : capped;
}

/** The accepted values in words: `a whole number, 1 or more`, `earliest, latest or none`. */
export function allowedValues(property: Property): string {
  if (property.type === 'boolean') return 'true or false';
  if (property.type === 'choice') return inWords([...property.choices, ...Object.keys(property.aliases)]);
  if (property.max >= INT_MAX) return `a whole number, ${property.min} or more`;
  return `a whole number from ${property.min} to ${property.max}`;
}

function inWords(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
