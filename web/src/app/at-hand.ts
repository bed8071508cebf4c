import { say } from '~/i18n';
import { toast } from './toast';

function sayNotFetched(): undefined {
  const words = { id: 'app.not-fetched', defaultMessage: 'A part of the app could not be fetched. Nothing was changed; try again.' };
  toast({ tone: 'danger', text: say(words) });
}

export interface AtHand<Module> {
  /** Fetches it before it is needed. */
  fetch: () => void;
  /** Does the work at once where it is at hand already, and as soon as it has come where it is not. Says so if it cannot come. */
  run: <Result>(work: (module: Module) => Promise<Result>) => Promise<Result | undefined>;
}

/** What people do, as far as the first paint does not need it: fetched a moment later, so that it is there when they begin. */
export function atHand<Module>(load: () => Promise<Module>): AtHand<Module> {
  let module: Module | undefined;
  let loading: Promise<Module> | undefined;
  const come = async (): Promise<Module> => {
    try {
      module = await load();
      return module;
    } catch (thrown) {
      // The next try fetches it anew.
      loading = undefined;
      throw thrown;
    }
  };
  const fetch = () => (loading ??= come());
  return {
    fetch: () => void fetch().catch(() => undefined),
    run: async (work) => {
      if (module) return work(module);
      const fetched = await fetch().catch(sayNotFetched);
      return fetched && work(fetched);
    },
  };
}
