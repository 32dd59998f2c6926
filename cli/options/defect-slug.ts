/** `--defect ID`: a slug, or the number of an issue. */
import { defects, findDefect } from '../../impl/simulated/defects/index.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';

/** @throws BadInput for an unknown defect, or a name that several defects have. */
export function defectSlug(id: string): string {
  const defect = findDefect(id);
  if (defect !== undefined) return defect.slug;
  const meant = defects.filter(({ ids }) => ids.some((known) => known.toLowerCase() === id.toLowerCase()));
  throw new BadInput(
    meant.length > 1
      ? `--defect ${id}: several defects go by this name, choose ${meant.map(({ slug }) => slug).join(' or ')}`
      : `--defect ${id}: no such defect; kafka-crucible defects lists them`,
  );
}
