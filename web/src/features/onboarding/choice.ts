import { currentSession, useSession } from '~/app/session';

/** What a person wants of the first steps; kept with the person. */
export interface Choice {
  dismissed: boolean;
  /** Only the heading is shown in the sidebar. */
  folded: boolean;
}

function read(screens: Record<string, unknown> | undefined): Choice {
  const found = screens?.['onboarding'] as Partial<Choice> | null | undefined;
  return { dismissed: found?.dismissed === true, folded: found?.folded === true };
}

export const useChoice = (): Choice => read(useSession().prefs.screens);
export const chosen = (): Choice => read(currentSession()?.prefs.screens);
