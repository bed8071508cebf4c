import { api, asProblem } from '~/api/client';
import { toast } from './toast';

/** Other tabs are told, so that none goes on showing what somebody else must not see. */
const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('leadline-session');

/** Where to sign in, and come back to afterwards. */
export function signInAddress(from = window.location.pathname + window.location.search): string {
  const isPlain = from === '/' || from.startsWith('/sign-in');
  return isPlain ? '/sign-in' : `/sign-in?next=${encodeURIComponent(from)}`;
}

/** Everything kept in memory belongs to the session that ends, so the page is loaded anew. */
function leave(address: string): void {
  window.location.assign(address);
}

export async function signOut(): Promise<void> {
  try {
    await api.DELETE('/session');
  } catch (thrown) {
    const problem = asProblem(thrown);
    // Who is signed out already has what they wanted.
    if (problem.status !== 401) return void toast({ tone: 'danger', text: problem.detail, requestId: problem.requestId });
  }
  channel?.postMessage('ended');
  leave('/sign-in');
}

export async function switchWorkspace(workspaceId: string): Promise<void> {
  try {
    await api.POST('/session/workspace', { body: { workspaceId } });
  } catch (thrown) {
    const problem = asProblem(thrown);
    return void toast({ tone: 'danger', text: problem.detail, requestId: problem.requestId });
  }
  channel?.postMessage('switched');
  leave('/');
}

/** The server no longer knows this session: it ran out, or was ended elsewhere. */
export function sessionEnded(): void {
  leave(signInAddress());
}

const follow = ({ data }: MessageEvent<string>): void => (data === 'switched' ? leave('/') : sessionEnded());

/** Follows what other tabs of this browser do with the session; the answer ends that. */
export function followOtherTabs(): () => void {
  channel?.addEventListener('message', follow);
  return () => channel?.removeEventListener('message', follow);
}
