import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '~/app/announce';
import { useText } from '~/i18n';
import { Button } from './button';
import { TextField } from './text-field';

/** A text to take along, such as a key that is shown once. */
export function CopyField({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const text = useText();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    announce(text({ id: 'ui.copied', defaultMessage: 'Copied' }));
  };
  return (
    <TextField
      label={label}
      value={value}
      isReadOnly
      dir="ltr"
      {...(hint !== undefined && { hint })}
      onFocus={(event) => (event.target as HTMLInputElement).select()}
      after={
        <Button
          size="small"
          tone="quiet"
          icon={isCopied ? <Check size={14} /> : <Copy size={14} />}
          onPress={() => void copy()}
          className="me-1"
        >
          {isCopied ? text({ id: 'ui.copied', defaultMessage: 'Copied' }) : text({ id: 'ui.copy', defaultMessage: 'Copy' })}
        </Button>
      }
    />
  );
}
