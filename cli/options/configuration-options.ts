/** `--config FILE` and `--set name=value`: a configuration under Kafka's own names, and where each value came from. */
import { Properties, PropertiesNodeType } from 'properties-file/parser';

import { ConfigurationError, resolveConfiguration } from '../../model/configuration/configuration.ts';
import type { ConfigurationValue } from '../../model/configuration/property.ts';
import { ignoredProperties } from '../../model/configuration/unsimulated-properties.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { readText } from '../../properties/cases/files.ts';

export interface ConfigurationOptions {
  /** Files in the format of Kafka's own configuration; a later one overrides an earlier one. */
  readonly config: readonly string[];
  /** `name=value` each; they override the files. */
  readonly set: readonly string[];
}

export interface GivenConfiguration {
  /** The simulated properties that were given, with values of their own types. */
  readonly values: Readonly<Record<string, ConfigurationValue>>;
  /** The names of properties that Kafka knows and that change nothing that is judged here. */
  readonly ignored: readonly string[];
}

interface Given {
  readonly value: string;
  /** `server.properties line 3`, `--set acks=1`. */
  readonly origin: string;
}

/** @throws BadInput that names the file and line, or the option, of the first property that cannot be. */
export function givenConfiguration(options: ConfigurationOptions): GivenConfiguration {
  const given = new Map<string, Given>();
  for (const file of options.config) for (const [name, value] of fromFile(file)) given.set(name, value);
  for (const setting of options.set) {
    const [name, value] = fromSetting(setting);
    given.set(name, value);
  }
  const values = Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
  const resolved = resolve(values, given);
  return {
    values: Object.fromEntries(Object.entries(resolved).filter(([name]) => given.has(name))),
    ignored: ignoredProperties(values),
  };
}

function resolve(values: Readonly<Record<string, string>>, given: ReadonlyMap<string, Given>) {
  try {
    return resolveConfiguration(values);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const origin = given.get(error.property)?.origin;
    throw new BadInput(origin === undefined ? error.message : `${origin}: ${error.message}`);
  }
}

/** Reads as Java does: of two lines for one name the later one counts. */
function fromFile(file: string): readonly (readonly [string, Given])[] {
  return new Properties(readText(file)).nodes.flatMap((node) => {
    if (node.type !== PropertiesNodeType.PROPERTY) return [];
    // A trailing blank is part of a value to Java, but was not meant by the user who typed it.
    return [
      [node.key, { value: node.value.trim(), origin: `${file} line ${node.startingLineNumber}` }] as const,
    ];
  });
}

function fromSetting(setting: string): readonly [string, Given] {
  const equals = setting.indexOf('=');
  if (equals < 1) throw new BadInput(`--set ${setting}: expected name=value, such as acks=1`);
  const name = setting.slice(0, equals).trim();
  return [name, { value: setting.slice(equals + 1).trim(), origin: `--set ${setting}` }];
}

/** Printed before a search, so that the user knows that it is not tested. */
export function ignoredNotice(ignored: readonly string[]): string | null {
  if (ignored.length === 0) return null;
  return `Not simulated, and without effect on what is judged: ${ignored.join(', ')}`;
}
