/** The command that shows a failure again, as it can be typed where this one was. */
export function replayCommand(planFile: string): string {
  return crucibleCommand('replay', planFile);
}

/** Any command of this program with its arguments. */
export function crucibleCommand(
  command: 'replay' | 'scenario' | 'merge',
  ...words: readonly string[]
): string {
  const program = import.meta.url.endsWith('.ts')
    ? `npm run --silent ${command === 'merge' ? `crucible -- ${command}` : `${command} --`}`
    : `npx kafka-crucible ${command}`;
  return [program, ...words.map(shellWord)].join(' ');
}

/** A word that a POSIX shell reads as this text. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
