const STACKED = 3;

/** Draws what hangs from the pointer: the card, up to two more behind it, and how many there are. */
export function drawPreview(container: HTMLElement, card: HTMLElement, count: number): void {
  const { width, height } = card.getBoundingClientRect();
  const stack = document.createElement('div');
  stack.className = 'relative';
  stack.style.width = `${width + 16}px`;
  stack.style.height = `${height + 16}px`;
  for (let depth = Math.min(count, STACKED) - 1; depth >= 0; depth -= 1) {
    const copy = depth === 0 ? (card.cloneNode(true) as HTMLElement) : document.createElement('div');
    if (depth > 0) copy.className = 'rounded-lg border border-line bg-surface';
    copy.style.cssText = `position:absolute;inset-inline-start:${depth * 6}px;top:${depth * 6}px;width:${width}px;height:${height}px`;
    stack.append(copy);
  }
  if (count > 1) {
    const badge = document.createElement('span');
    badge.className = 'absolute end-2 top-0 rounded-full bg-accent px-2 text-small font-semibold text-on-accent';
    badge.textContent = String(count);
    stack.append(badge);
  }
  container.append(stack);
}
