import type { Onboarding, StepName } from '~/api/queries/onboarding';
import type { Permission } from '~/app/session';
import type { Words } from '~/i18n';

type Can = (permission: Permission) => boolean;

interface StepPlace {
  title: Words;
  /** One sentence of what it is good for. */
  why: Words;
  /** Where it is done; an address of the app. */
  to: (can: Can) => '/imports' | '/leads' | '/board' | '/settings/pipelines' | '/settings/members' | '/settings/api-keys';
  search?: (can: Can) => Record<string, string> | undefined;
}

/** Every first step by the name that the server has for it. A new one of the server fails the type check here. */
const PLACES: Record<StepName, StepPlace> = {
  addLeads: {
    title: { id: 'onboarding.add', defaultMessage: 'Add or import your first leads' },
    why: { id: 'onboarding.add.why', defaultMessage: 'A file with thousands, or one by hand: both stand on the board at once.' },
    to: (can) => (can('leads:import') ? '/imports' : '/leads'),
    search: (can) => (can('leads:import') ? undefined : { dialog: 'new' }),
  },
  moveLead: {
    title: { id: 'onboarding.move', defaultMessage: 'Move a lead on the board' },
    why: { id: 'onboarding.move.why', defaultMessage: 'Drag its card, or press Space on it and choose the place with the arrow keys.' },
    to: () => '/board',
  },
  makeItYours: {
    title: { id: 'onboarding.yours', defaultMessage: 'Make the pipeline yours' },
    why: { id: 'onboarding.yours.why', defaultMessage: 'Name the stages as your team does, or save a view of the leads that you need every day.' },
    to: (can) => (can('pipelines:manage') ? '/settings/pipelines' : '/leads'),
  },
  inviteTeammate: {
    title: { id: 'onboarding.invite', defaultMessage: 'Invite a teammate' },
    why: { id: 'onboarding.invite.why', defaultMessage: 'Everybody sees a change as soon as it is made.' },
    to: () => '/settings/members',
  },
  connectSystem: {
    title: { id: 'onboarding.connect', defaultMessage: 'Connect another system' },
    why: { id: 'onboarding.connect.why', defaultMessage: 'With an API key your website or another program brings leads by itself.' },
    to: () => '/settings/api-keys',
  },
};

export interface Step extends StepPlace {
  name: StepName;
  done: boolean;
}

/** The steps as they are shown. One that a newer server knows and this page does not is left out. */
export function stepsOf({ steps }: Pick<Onboarding, 'steps'>): Step[] {
  return steps.flatMap(({ step, done }) => {
    const place = Object.hasOwn(PLACES, step) ? PLACES[step] : undefined;
    return place ? [{ ...place, name: step, done }] : [];
  });
}

export const doneOf = (steps: readonly Step[]): number => steps.filter((it) => it.done).length;
