/** HTML written as text, in which nothing that is filled in can be anything but text. */

const BRAND: unique symbol = Symbol('markup');

/** Text that is HTML already. */
export interface Markup {
  readonly [BRAND]: true;
  readonly html: string;
}

type Filling = string | number | Markup | null | readonly (string | number | Markup | null)[];

/** A template: strings and numbers are escaped, markup stands as it is, lists are strung together, null is nothing. */
export function markup(literals: TemplateStringsArray, ...fillings: readonly Filling[]): Markup {
  const html = literals.reduce((text, literal, index) => {
    const filling = fillings[index - 1];
    return text + (filling === undefined ? '' : filled(filling)) + literal;
  });
  return { [BRAND]: true, html };
}

function filled(filling: Filling): string {
  if (filling === null) return '';
  if (typeof filling === 'string') return escapeHtml(filling);
  if (typeof filling === 'number') return String(filling);
  if ('html' in filling) return filling.html;
  return filling.map(filled).join('');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
