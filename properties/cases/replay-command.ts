/** Returns the command that replays a plan, as it can be typed in the current folder. */
export function replayCommand(planFile: string): string {
  return crucibleCommand('replay', planFile);
}

/** Returns a command line of this program, for a checkout or for the package. */
export function crucibleCommand(
  command: 'replay' | 'scenario' | 'merge',
  ...words: readonly string[]
): string {
  const program = import.meta.url.endsWith('.ts')
    ? `npm run --silent ${command === 'merge' ? `crucible -- ${command}` : `${command} --`}`
    : `npx kafka-crucible ${command}`;
  return [program, ...words.map(shellWord)].join(' ');
}

/** Quotes a text so that a POSIX shell reads it as one word. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
