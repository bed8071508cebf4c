import { useEffect, useState } from 'react';
import { useText } from '~/i18n';
import { SearchField } from '~/ui/search-field';

const TYPING_MS = 250;

/** Waits for a pause in typing, so that the address and the board follow words and not letters. */
export default function SearchBox({ value, onSearch }: { value: string; onSearch: (q: string) => void }) {
  const text = useText();
  const [written, setWritten] = useState(value);
  useEffect(() => {
    if (written.trim() === value) return undefined;
    const timer = setTimeout(() => onSearch(written.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [written, value, onSearch]);
  return (
    <SearchField
      label={text({ id: 'board.search', defaultMessage: 'Search leads' })}
      value={written}
      onChange={setWritten}
      onSubmit={onSearch}
      maxLength={200}
      className="w-full"
    />
  );
}
