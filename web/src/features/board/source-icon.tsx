import { FileUp, Globe, Mail, type LucideIcon, PenLine, Plug, Webhook, Workflow } from 'lucide-react';

const ICONS: Record<string, LucideIcon> = {
  manual: PenLine,
  webhook: Webhook,
  import: FileUp,
  api: Plug,
  form: Globe,
  email: Mail,
};

/** Which way a lead came in. */
export function SourceIcon({ source }: { source: string }) {
  const Icon = ICONS[source] ?? Workflow;
  return <Icon size={13} className="shrink-0" aria-hidden="true" />;
}
