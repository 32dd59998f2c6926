/**
 * Histories as files: JSON Lines, a header and then one event a line. `docs/history-format.md` describes the format
 * for authors of other tools.
 */
import { z } from 'zod';

import { HistoryAssumptions } from './assumptions.ts';
import type { HistoryEvent } from './history.ts';
import { HistoryFormatError, parseJson, shown, validated } from './history-line.ts';
import {
  EVENT_SCHEMAS,
  HISTORY_FORMAT,
  HISTORY_VERSION,
  type HistoryHeader,
  headerSchema,
} from './history-schema.ts';

/** The header line, without a line end. */
export function historyHeader(header: Omit<HistoryHeader, 'format' | 'version'>): string {
  return JSON.stringify({ format: HISTORY_FORMAT, version: HISTORY_VERSION, ...header });
}

/** One event as a line, without a line end. */
export function writeHistoryLine(event: HistoryEvent): string {
  return JSON.stringify(event);
}

/** @throws HistoryFormatError also for a file of another format or of a newer version. */
export function parseHistoryHeader(line: string, lineNumber = 1): HistoryHeader {
  const json = parseJson(line, lineNumber);
  const { format, version } = z.looseObject({}).catch({}).parse(json);
  if (format !== HISTORY_FORMAT) {
    throw new HistoryFormatError(
      lineNumber,
      'format',
      `expected the header of a history, {"format":"${HISTORY_FORMAT}","version":${HISTORY_VERSION},...}`,
    );
  }
  if (typeof version === 'number' && version > HISTORY_VERSION) {
    throw new HistoryFormatError(
      lineNumber,
      'version',
      `the file has version ${version}, this program reads up to ${HISTORY_VERSION}; use a newer one`,
    );
  }
  return validated(headerSchema, json, lineNumber);
}

/**
 * Parses one event of a history, without regard to the events before it: see `HistoryReader`.
 * @throws HistoryFormatError
 */
export function parseHistoryLine(line: string, lineNumber: number): HistoryEvent {
  const json = parseJson(line, lineNumber);
  const { type } = z.looseObject({}).catch({}).parse(json);
  const schema = isEventType(type) ? EVENT_SCHEMAS[type] : undefined;
  if (schema === undefined) {
    const types = Object.keys(EVENT_SCHEMAS).join(', ');
    throw new HistoryFormatError(lineNumber, 'type', `expected one of ${types}, found ${shown(type)}`);
  }
  return validated(schema, json, lineNumber);
}

/** Reads a history line by line, and checks the assumptions that the model makes about its events. */
export class HistoryReader {
  private lineNumber = 0;
  private readHeader: HistoryHeader | null = null;
  private readonly assumptions = new HistoryAssumptions();

  /** Null before the first line. */
  get header(): HistoryHeader | null {
    return this.readHeader;
  }

  /**
   * Takes the next line; returns its event, or null for the header and for empty lines.
   * @throws HistoryFormatError
   */
  read(line: string): HistoryEvent | null {
    this.lineNumber++;
    if (line.trim() === '') return null;
    if (this.readHeader === null) {
      this.readHeader = parseHistoryHeader(line, this.lineNumber);
      return null;
    }
    const event = parseHistoryLine(line, this.lineNumber);
    const unmet = this.assumptions.observe(event);
    if (unmet !== null) throw new HistoryFormatError(this.lineNumber, unmet.field, unmet.problem);
    return event;
  }

  /**
   * To be called after the last line.
   * @throws HistoryFormatError if there was no header.
   */
  end(): void {
    if (this.readHeader === null) {
      throw new HistoryFormatError(
        this.lineNumber + 1,
        '',
        'expected the header of a history, found nothing',
      );
    }
  }
}

function isEventType(type: unknown): type is HistoryEvent['type'] {
  return typeof type === 'string' && Object.hasOwn(EVENT_SCHEMAS, type);
}
