import { type Command, keysOf, labelOf, shortcutChoice, useRegisteredCommands } from '~/app/commands';
import { shownKeys } from '~/app/keys';
import { useStore } from '~/app/store';
import { useText } from '~/i18n';
import { Dialog } from '~/ui/dialog';
import { Kbd } from '~/ui/kbd';
import { Link } from '~/ui/link';
import { sectionWords } from './palette';

/** Every shortcut that works here, by section; made from the registry, so nothing is missing. */
export function HelpSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const text = useText();
  const choice = useStore(shortcutChoice);
  const withKeys = useRegisteredCommands().filter((it) => keysOf(it, choice).length > 0);
  const sections = [...new Set(withKeys.map((it) => it.section))];
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      size="large"
      title={text({ id: 'help.title', defaultMessage: 'Keyboard shortcuts' })}
      lead={text({ id: 'help.lead', defaultMessage: 'Those that work on this screen. While you type, single keys are letters.' })}
      footer={
        <Link to={'/profile' as never} onClick={onClose} className="me-auto">
          {text({ id: 'help.change', defaultMessage: 'Change shortcuts' })}
        </Link>
      }
    >
      <div className="columns-1 gap-8 pb-2 sm:columns-2">
        {sections.map((section) => (
          <section key={section} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-small font-medium text-muted">{text(sectionWords(section))}</h3>
            <dl>
              {withKeys
                .filter((it) => it.section === section)
                .map((it) => (
                  <Line key={it.id} command={it} keys={keysOf(it, choice)} />
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Line({ command, keys }: { command: Command; keys: readonly string[] }) {
  return (
    <div className="flex min-h-7 items-center gap-3 border-b border-line py-1 last:border-0">
      <dt className="min-w-0 flex-1">{labelOf(command)}</dt>
      <dd className="flex shrink-0 items-center gap-2">
        <span className="sr-only">{keys.map((it) => shownKeys(it).join(' ')).join(', ')}</span>
        {keys.map((it) => (
          <Kbd key={it} keys={it} />
        ))}
      </dd>
    </div>
  );
}
