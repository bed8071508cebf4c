import type { Schema } from '~/api/client';
import { type Words, useText } from '~/i18n';
import { useDirectory } from '~/kit/directory';
import { Badge } from '~/ui/badge';

const KEYS: Record<string, Words> = {
  externalId: { id: 'evidence.externalId', defaultMessage: 'Same id from the same source' },
  email: { id: 'evidence.email', defaultMessage: 'Same e-mail' },
  phone: { id: 'evidence.phone', defaultMessage: 'Same phone' },
  emailForm: { id: 'evidence.emailForm', defaultMessage: 'Same mailbox, written differently' },
  nameAndCompany: { id: 'evidence.nameAndCompany', defaultMessage: 'Same name and company' },
  nameAndDomain: { id: 'evidence.nameAndDomain', defaultMessage: 'Same name and domain' },
  nameAndCity: { id: 'evidence.nameAndCity', defaultMessage: 'Same name and city' },
  differentNames: { id: 'evidence.differentNames', defaultMessage: 'Different names' },
};

/** What leads have in common; what speaks against it says so. */
export function Evidence({ evidence }: { evidence: readonly Schema<'DuplicateEvidence'>[] }) {
  const text = useText();
  const directory = useDirectory();
  return (
    <ul className="flex flex-wrap gap-1" aria-label={text({ id: 'evidence.label', defaultMessage: 'Why' })}>
      {evidence.map(({ key, weight }) => {
        const words = KEYS[key];
        const field = directory.field(key.replace('customFields.', ''));
        return (
          <li key={key}>
            <Badge tone={weight < 0 ? 'neutral' : 'info'}>
              {words
                ? text(words)
                : text({ id: 'evidence.field', defaultMessage: 'Same {field}' }, { field: field?.name ?? key })}
            </Badge>
          </li>
        );
      })}
    </ul>
  );
}
