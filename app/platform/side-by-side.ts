/**
 * Waits until all is done, and only then fails where something failed: nothing goes on behind the back of who waits.
 * @throws what failed first, in the order given
 */
export async function sideBySide(works: Array<Promise<void>>): Promise<void> {
  for (const done of await Promise.allSettled(works)) if (done.status === 'rejected') throw done.reason
}
