/** What is written goes through actions of our own (`api/action`), so this cache is always empty. */
export class MutationCache {
  findAll() {
    return [];
  }
  find() {
    return undefined;
  }
  getAll() {
    return [];
  }
  subscribe() {
    return () => undefined;
  }
  resumePausedMutations() {
    return Promise.resolve();
  }
  clear() {}
}
