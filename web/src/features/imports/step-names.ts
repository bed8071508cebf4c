/** The steps of an import in their order; each is an address (`?step=`). */
export const STEPS = ['file', 'columns', 'check', 'decide', 'run', 'report'] as const;
export type Step = (typeof STEPS)[number];
