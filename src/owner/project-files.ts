import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { PolicySet } from '../toolkit/policy.ts';
import { parseProjectFile } from '../toolkit/policy-rules.ts';

/** The `.kalends.json` files that a thin client found from its working directory upwards, as they are. */
export const projectFiles = z.array(z.object({ source: z.string(), content: z.unknown() })).max(100);

/** Their rules, and the project they are of; throws `invalid_input` that names the file at fault. A file that is not understood must not be passed over: it forbids something. */
export function toProjectRules(files: z.output<typeof projectFiles> = [], project?: string): readonly PolicySet[] {
  const rules = files.map(({ source, content }) => parseProjectFile(content, source));
  return project === undefined || !isAbsolute(project) ? rules : [...rules, { rules: [], project }];
}
