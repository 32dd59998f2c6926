/** The command that shows a failure again, as it can be typed where this one was. */
export function replayCommand(planFile: string): string {
  const fromSources = import.meta.url.endsWith('.ts');
  return `${fromSources ? 'npm run --silent replay --' : 'npx kafka-crucible replay'} ${shellWord(planFile)}`;
}

/** A word that a POSIX shell reads as this text. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
